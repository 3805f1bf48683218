"""What a mail shows of the changes it tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.notifications.rules import ToldChange
from worker.mail.changes import excerpt, headline, show

SENIOR, LEAD = "Release Engineer, Senior", "Release Engineer, Lead"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([ToldChange(SENIOR, "description", "a", "b")], f"{SENIOR} changed"),
        (
            [ToldChange(SENIOR, "description", "a", "b"), ToldChange(SENIOR, "necessity", "c", "d")],
            f"{SENIOR} changed",
        ),
        (
            [ToldChange(SENIOR, "description", None, "b"), ToldChange(SENIOR, "necessity", None, "d")],
            f"{SENIOR} added",
        ),
        ([ToldChange(SENIOR, "description", "a", None)], f"{SENIOR} removed"),
        (
            [ToldChange(SENIOR, "description", "a", "b"), ToldChange(LEAD, "description", "a", "b")],
            "2 changes",
        ),
        ([ToldChange("", "summary", "a", "b")], "summary changed"),
        ([ToldChange("", "summary", "a", "b"), ToldChange("", "name", "a", "b")], "2 changes"),
        ([], "0 changes"),
    ],
)
def test_the_headline_counts_places(changes: list[ToldChange], expected: str) -> None:
    assert headline(changes) == expected


def test_lines_and_labels() -> None:
    shown = show(
        [
            ToldChange(SENIOR, "description", "a\r\nb\u2028c", None),
            ToldChange("", "summary", "", "x\0y\ud800"),
        ],
        " why\n",
        text_max=100,
        changes_max=10,
    )
    first, second = shown.changes

    assert (first.label, first.old, first.new) == (f"{SENIOR}: description", ("a", "b", "c"), ())
    assert (second.label, second.old, second.new) == (
        "Summary",
        (),
        ("x\N{REPLACEMENT CHARACTER}y\N{REPLACEMENT CHARACTER}",),
    )
    assert shown.note == ("why",)
    assert not shown.is_cut


def test_changes_beyond_the_room_are_counted() -> None:
    shown = show(
        [ToldChange(str(n), "description", "a", "b") for n in range(7)], "", text_max=100, changes_max=3
    )
    assert (len(shown.changes), shown.left_out, shown.is_cut) == (3, 4, True)


def test_a_long_note_is_cut() -> None:
    shown = show([], "word " * 100, text_max=50, changes_max=3)
    assert shown.is_cut
    assert len("\n".join(shown.note)) <= 50


def test_an_excerpt_begins_and_ends_with_a_whole_word() -> None:
    start, end = "the same words before " * 50, " and after" * 50
    before, after, is_cut = excerpt(f"{start}old{end}", f"{start}new{end}", 1_000)

    assert is_cut
    assert before.replace("old", "new") == after
    assert before.startswith("…")
    assert before.endswith("…")
    assert set(before.strip("…").split()) <= {"the", "same", "words", "before", "old", "and", "after"}


@given(st.text("ab ", max_size=400), st.text("ab ", max_size=400), st.integers(20, 200))
def test_a_difference_is_never_cut_away(before: str, after: str, text_max: int) -> None:
    short_before, short_after, is_cut = excerpt(before, after, text_max)

    assert max(len(short_before), len(short_after)) <= text_max + 2
    assert is_cut == (max(len(before), len(after)) > text_max)
    if not is_cut:
        assert (short_before, short_after) == (before, after)


@given(st.text("ab ", max_size=300), st.text("ab ", max_size=300), st.integers(1, 60))
def test_what_changed_is_seen_however_long_the_text(start: str, end: str, count: int) -> None:
    old, new = "OLD " * count, "NEW " * count
    before, after, _ = excerpt(f"{start}{old}{end}", f"{start}{new}{end}", 600)
    assert old in before
    assert new in after


def test_one_more_of_the_same_is_seen() -> None:
    before, after, _ = excerpt("ab " * 1_000, "ab " * 1_001, 600)
    assert len(after) == len(before) + 3
