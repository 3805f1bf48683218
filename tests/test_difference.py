"""The word diff."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import difference
from service.difference import Segment, SegmentKind, segments

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


def test_little_that_stayed_between_much_that_changed_counts_as_changed() -> None:
    before = "First comes a canary release to the keenest, then all of them at last."
    after = "First comes a feature toggle to everybody, then all of them at last."
    kinds = [one.kind for one in segments(before, after)]
    assert kinds == [EQUAL, DELETE, INSERT, EQUAL]


def test_long_texts_are_compared_as_well() -> None:
    words = random.Random(7)
    parts = [" ".join(words.choices(["delivers", "measures", "rolls back"], k=300)) for _ in range(3)]
    before = f"first {parts[0]} second {parts[1]} third {parts[2]}"
    after = f"1st {parts[0]} 2nd {parts[1]} 3rd {parts[2]}"
    changed = [one.text for one in segments(before, after) if one.kind != EQUAL]
    assert changed == ["first", "1st", "second", "2nd", "third", "3rd"]


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("日本語の文章を書くことができる。", "日本語の文章を読むことができる。", "書く", "読む"),
        ("การพัฒนาซอฟต์แวร์ดี", "การพัฒนาซอฟต์แวร์ไม่ดี", "", "ไม่"),
        ("能够部署服务", "能够监控服务", "部署", "监控"),
    ],
)
def test_texts_without_spaces_are_compared_by_letters(before: str, after: str, gone: str, come: str) -> None:
    found = segments(before, after)
    assert "".join(one.text for one in found if one.kind == DELETE) == gone
    assert "".join(one.text for one in found if one.kind == INSERT) == come


def test_an_accent_stays_with_its_letter() -> None:
    assert segments("the cafe\u0301 opens", "the cafe opens") == (
        Segment(EQUAL, "the "),
        Segment(DELETE, "cafe\u0301"),
        Segment(INSERT, "cafe"),
        Segment(EQUAL, " opens"),
    )


@pytest.mark.parametrize("alphabet", ["a", "a ", ".", ".,", "一二", "\u0301", "\n", " \t"])
def test_hostile_texts_are_compared_too(alphabet: str) -> None:
    letters = random.Random(7)
    before, after = ("".join(letters.choices(alphabet, k=10_000)) for _ in range(2))
    after = f"{after[:5_000]}b{after[5_000:]}"
    found = segments(before, after)
    assert "".join(one.text for one in found if one.kind != INSERT) == before
    assert "".join(one.text for one in found if one.kind != DELETE) == after


def test_what_is_too_much_to_compare_counts_as_new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference, "PRODUCT_MAX", 50)
    found = segments("all the same 0 a b c d", "all the same 1 a f c g")
    assert [one.text for one in found] == ["all the same ", "0 a b c d", "1 a f c g"]
