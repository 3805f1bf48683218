"""Orders merge so that what the files say holds, and merging again changes nothing."""

from hypothesis import given
from hypothesis import strategies as st

from service.catalogue.files.planning.ordering import merge_order, moved

orders = st.lists(st.sampled_from("abcdefgh"), unique=True)


def in_order(part: list[str], whole: list[str]) -> bool:
    """Whether the whole has all of the part, in its order."""
    return [slug for slug in whole if slug in part] == part


@given(stored=orders, wanted=orders)
def test_the_merged_order_holds_all_and_keeps_the_wanted_one(stored: list[str], wanted: list[str]) -> None:
    merged = merge_order(stored, wanted)
    assert sorted(merged) == sorted(set(stored) | set(wanted))
    assert in_order(wanted, merged)
    assert in_order([slug for slug in stored if slug not in wanted], merged)
    assert merge_order(merged, wanted) == merged
    assert not moved(merged, wanted)


@given(stored=orders, wanted=orders)
def test_nothing_has_moved_exactly_where_the_stored_order_stays(stored: list[str], wanted: list[str]) -> None:
    stays = in_order(stored, merge_order(stored, wanted))
    assert (not moved(stored, wanted)) == stays


def test_a_new_one_comes_after_the_one_before_it_in_the_files() -> None:
    assert merge_order(["a", "b", "c"], ["c", "n", "a"]) == ["c", "n", "b", "a"]
    assert merge_order(["a", "b"], ["n", "b"]) == ["n", "a", "b"]
