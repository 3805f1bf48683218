"""The word diff."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.mail.difference import Segment, SegmentKind, segments

WORDS = st.lists(st.sampled_from(["one", "two", "drei", " ", "\n", ",", ".", "é"]), max_size=40).map("".join)
TEXTS = WORDS | st.text(max_size=60)
EQUAL, INSERT, DELETE = SegmentKind.EQUAL, SegmentKind.INSERT, SegmentKind.DELETE


@given(TEXTS, TEXTS)
def test_the_segments_are_both_texts(before: str, after: str) -> None:
    found = segments(before, after)
    assert "".join(one.text for one in found if one.kind != INSERT) == before
    assert "".join(one.text for one in found if one.kind != DELETE) == after
    assert all(one.text for one in found)
    kinds = [one.kind for one in found]
    assert all(left != right for left, right in pairwise(kinds))
    assert (INSERT, DELETE) not in pairwise(kinds)


@given(TEXTS)
def test_equal_texts_do_not_differ(text: str) -> None:
    assert segments(text, text) == ((Segment(EQUAL, text),) if text else ())


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("may stop it", "must stop it", [(DELETE, "may"), (INSERT, "must"), (EQUAL, " stop it")]),
        ("it stops", "it stops here.", [(EQUAL, "it stops"), (INSERT, " here.")]),
        (
            "Owns old tools, and more of it",
            "Owns new plans, and more of it",
            [(EQUAL, "Owns "), (DELETE, "old tools"), (INSERT, "new plans"), (EQUAL, ", and more of it")],
        ),
        ("", "new", [(INSERT, "new")]),
        ("old", "", [(DELETE, "old")]),
    ],
)
def test_words_are_the_unit(before: str, after: str, expected: list[tuple[SegmentKind, str]]) -> None:
    assert [(one.kind, one.text) for one in segments(before, after)] == expected


def test_a_rewritten_text_is_old_then_new() -> None:
    before, after = "Ships changes to a few people first.", "Rolls out to all, and watches the numbers."
    assert segments(before, after) == (Segment(DELETE, before), Segment(INSERT, after))


def test_what_is_too_much_to_compare_counts_as_new() -> None:
    words = random.Random(7)
    before = " ".join(words.choices("abcdefgh", k=3_000))
    after = " ".join(words.choices("abcdefgh", k=3_000))
    found = segments(f"{'same ' * 3_000}0 {before}", f"{'same ' * 3_000}1 {after}")
    assert found == (
        Segment(EQUAL, "same " * 3_000),
        Segment(DELETE, f"0 {before}"),
        Segment(INSERT, f"1 {after}"),
    )
