"""Choosing between two wishes for one field: what must hold of the outcome, whatever the contents and the choices."""

from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.content import ChangeKind, Content, Place, apply, conflicts, diff, touched
from service.proposals.resolving import Choice, FieldSide, resolved
from tests.catalogue.test_content import contents

sides = st.lists(st.sampled_from([FieldSide.MINE, FieldSide.THEIRS]), min_size=1, max_size=5)


def value_at(content: Content, place: Place | None, field: str) -> object:
    """The field's value; None where the requirement is not there."""
    return (content.fields if place is None else content.requirements.get(place, {})).get(field)


@given(contents, contents, contents, sides)
def test_the_outcome_fits_and_every_choice_is_kept(
    base: Content, wanted: Content, current: Content, chosen: list[FieldSide]
) -> None:
    changes = diff(base, wanted)
    moved = conflicts(changes, current)
    choices = {
        (conflict.place, conflict.field): Choice(chosen[index % len(chosen)])
        for index, conflict in enumerate(moved)
    }
    outcome = resolved(changes, base, current, choices)
    after = apply(current, outcome)

    assert conflicts(outcome, current) == ()
    for place, fields in after.requirements.items():
        assert None not in (fields.get("necessity"), fields.get("description")), place
    places = {change.place for change in changes}
    for place in after.requirements.keys() | current.requirements.keys():
        if place not in places:
            assert after.requirements.get(place) == current.requirements.get(place)
    for change in changes:
        # A row that was to go touches what it has gained since, too.
        if all(
            choices.get((change.place, edit.field)) != Choice(FieldSide.THEIRS) for edit in touched(change)
        ):
            for edit in change.fields:
                assert value_at(after, change.place, edit.field) == edit.after
        elif change.kind is not ChangeKind.REMOVE_REQUIREMENT:
            for edit in change.fields:
                if choices.get((change.place, edit.field)) == Choice(FieldSide.THEIRS) and (
                    change.place is None or change.place in current.requirements
                ):
                    now = value_at(current, change.place, edit.field)
                    assert value_at(after, change.place, edit.field) == now


@given(contents, contents, contents)
def test_where_theirs_is_chosen_everywhere_no_text_of_theirs_is_lost(
    base: Content, wanted: Content, current: Content
) -> None:
    changes = diff(base, wanted)
    moved = conflicts(changes, current)
    theirs = {(conflict.place, conflict.field): Choice(FieldSide.THEIRS) for conflict in moved}
    after = apply(current, resolved(changes, base, current, theirs))
    for conflict in moved:
        assert value_at(after, conflict.place, conflict.field) == conflict.current


@given(contents, contents, st.sampled_from(["p", "q", "r"]))
def test_a_text_stands_where_it_was_given(base: Content, wanted: Content, text: str) -> None:
    changes = diff(base, wanted)
    texts = {
        (change.place, edit.field): Choice(FieldSide.TEXT, text)
        for change in changes
        for edit in change.fields
        if edit.field == "description"
    }
    after = apply(base, resolved(changes, base, base, texts))
    for place, field in texts:
        assert value_at(after, place, field) == text
