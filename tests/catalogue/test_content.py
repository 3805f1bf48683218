"""A skill's content as values: what must hold of compare, apply, undo and merge, whatever the contents."""

from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.content import (
    EMPTY,
    REQUIREMENT_FIELDS,
    SKILL_FIELDS,
    Change,
    ChangeKind,
    Content,
    FieldChange,
    FieldConflict,
    Numbers,
    Place,
    apply,
    change_from_json,
    change_to_json,
    conflicts,
    diff,
    inverse,
    numbers,
    settle,
    undo,
)

values = st.none() | st.sampled_from(["", "a", "b", "ç\n"]) | st.lists(st.sampled_from("xy"), max_size=2)
places = st.builds(Place, st.integers(1, 3), st.integers(1, 2))
contents = st.builds(
    Content,
    st.fixed_dictionaries(dict.fromkeys(SKILL_FIELDS, values)),
    st.dictionaries(
        places,
        # A requirement always has a necessity and a description; only the proficiency may be empty.
        st.fixed_dictionaries(
            {
                name: values if name == "proficiency" else st.sampled_from(["p", "q"])
                for name in REQUIREMENT_FIELDS
            }
        ),
        max_size=4,
    ),
)


@given(contents, contents)
def test_the_difference_of_two_contents_leads_from_one_to_the_other_and_back(
    before: Content, after: Content
) -> None:
    changes = diff(before, after)
    # A field that is not there and one that is None are the same.
    assert diff(apply(before, changes), after) == ()
    assert diff(undo(after, changes), before) == ()


@given(contents)
def test_a_content_is_the_fold_of_its_changes_from_nothing(content: Content) -> None:
    folded = apply(EMPTY, diff(EMPTY, content))
    assert diff(folded, content) == ()


@given(contents, contents)
def test_a_change_survives_its_form_in_json(before: Content, after: Content) -> None:
    changes = diff(before, after)
    assert tuple(change_from_json(change_to_json(change)) for change in changes) == changes


@given(contents, contents)
def test_nothing_conflicts_while_nothing_has_moved(base: Content, wished: Content) -> None:
    assert conflicts(diff(base, wished), base) == ()


@given(contents, contents, contents)
def test_a_merge_without_conflicts_keeps_both_wishes(base: Content, mine: Content, theirs: Content) -> None:
    wished, current = diff(base, mine), theirs
    if conflicts(wished, current):
        return
    merged = apply(current, settle(wished, current))
    for place, name, before, after in _edits(wished):
        assert _value(merged, place, name) == after, "my wish is there"
        assert _value(current, place, name) in (before, after), "nobody's text was overwritten"
    untouched = {(place, name) for place, name, *_ in _edits(diff(base, theirs))} - {
        (place, name) for place, name, *_ in _edits(wished)
    }
    for place, name in untouched:
        assert _value(merged, place, name) == _value(theirs, place, name), "theirs is there as well"


@given(contents, contents, contents)
def test_each_conflict_names_a_value_that_would_be_lost(
    base: Content, mine: Content, theirs: Content
) -> None:
    for found in conflicts(diff(base, mine), theirs):
        assert found.current == _value(theirs, found.place, found.field)
        assert found.base == _value(base, found.place, found.field)
        assert found.proposed == _value(mine, found.place, found.field)
        assert found.current not in (found.base, found.proposed) or found.place not in theirs.requirements


def test_an_edit_of_a_requirement_that_is_gone_conflicts_even_where_the_field_was_empty() -> None:
    edit = Change(ChangeKind.EDIT_REQUIREMENT, (FieldChange("proficiency", None, "EXPERT"),), Place(1, 1))
    assert [found.field for found in conflicts([edit], EMPTY)] == ["proficiency"]


@given(contents)
def test_the_inverse_of_what_made_a_content_leads_to_nothing(content: Content) -> None:
    made = diff(EMPTY, content)
    undone = apply(content, inverse(made))
    assert (diff(undone, EMPTY), undone.requirements) == ((), {})


def test_removing_touches_the_fields_that_were_empty_too() -> None:
    fields = {"necessity": "OPTIONAL", "description": "Old."}
    before = Content({}, {Place(1, 1): fields})
    current = Content({}, {Place(1, 1): fields | {"proficiency": "EXPERT"}})
    assert conflicts(diff(before, EMPTY), current) == (
        FieldConflict(Place(1, 1), "proficiency", None, "EXPERT", None),
    )


def test_a_content_is_counted_by_its_rows() -> None:
    rows = {Place(1, 1): "MANDATORY", Place(1, 2): "OPTIONAL", Place(2, 2): "OPTIONAL"}
    content = Content({}, {place: {"necessity": necessity} for place, necessity in rows.items()})
    assert numbers(content) == Numbers(2, 2, 1, 2)


def _edits(changes: tuple[Change, ...]) -> list[tuple[Place | None, str, object, object]]:
    return [
        (change.place, edit.field, edit.before, edit.after) for change in changes for edit in change.fields
    ]


def _value(content: Content, place: Place | None, name: str) -> object:
    return (content.fields if place is None else content.requirements.get(place, {})).get(name)
