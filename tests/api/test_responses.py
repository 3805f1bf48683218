"""The response cache by itself: what it forgets, and what it never keeps."""

from service.activity.announcements import Change, from_payload
from service.api.responses import ANY, BESIDE_BYTES, ResponseCache, subject_of_slug

OF_A, OF_B = subject_of_slug("a"), subject_of_slug("b")


def kept(*entries: tuple[str, str]) -> ResponseCache:
    """A cache with an answer of the name's bytes for each (name, subject)."""
    cache = ResponseCache(entries=10, size=100_000)
    for name, subject in entries:
        cache.put(name, name.encode(), subjects=(subject,), read_at=cache.now)
    return cache


def test_a_change_of_one_skill_leaves_the_answers_about_others() -> None:
    cache = kept(("a", OF_A), ("b", OF_B), ("list", ANY))
    cache.forget(Change(1, ("a", "a-before")))
    assert [cache.get(name) for name in ("a", "b", "list")] == [None, b"b", None]


def test_a_change_of_anything_leaves_nothing() -> None:
    cache = kept(("a", OF_A), ("list", ANY))
    cache.forget(Change())
    assert (cache.get("a"), cache.get("list"), cache.used) == (None, None, 0)


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    cache = kept()
    read_at = cache.now
    cache.forget(Change(1, ("a",)))
    for name, subject in (("a", OF_A), ("b", OF_B), ("list", ANY)):
        cache.put(name, b"old", subjects=(subject,), read_at=read_at)
    assert [cache.get(name) for name in ("a", "b", "list")] == [None, b"old", None]
    cache.clear()
    cache.put("b", b"old", subjects=(OF_B,), read_at=read_at)
    assert cache.get("b") is None


def test_an_answer_about_several_skills_goes_with_any_of_them() -> None:
    for slug in "ab":
        cache = kept()
        read_at = cache.now
        cache.put("both", b"both", subjects=(OF_A, OF_B), read_at=read_at)
        cache.forget(Change(1, (slug,)))
        assert (cache.get("both"), cache.used) == (None, 0)
        cache.put("both", b"old", subjects=(OF_A, OF_B), read_at=read_at)
        assert cache.get("both") is None


def test_an_answer_about_nothing_stays_until_anything_may_be_wrong() -> None:
    cache = kept()
    read_at = cache.now
    cache.put("nothing", b"nothing", subjects=(), read_at=read_at)
    cache.forget(Change(1, ("a",)))
    assert cache.get("nothing") == b"nothing"
    cache.clear()
    cache.put("nothing", b"old", subjects=(), read_at=read_at)
    assert cache.get("nothing") is None


def test_it_stays_within_its_entries_and_its_bytes() -> None:
    each = 4 + BESIDE_BYTES
    for cache in (ResponseCache(entries=2, size=9 * each), ResponseCache(entries=9, size=3 * each - 1)):
        for name in "abcde":
            cache.put(name, b"1234", subjects=(ANY,), read_at=cache.now)
        assert ([name for name in "abcde" if cache.get(name)], cache.used) == (["d", "e"], 2 * each)
        cache.put("large", b"x" * (cache.size - BESIDE_BYTES + 1), subjects=(ANY,), read_at=cache.now)
        assert cache.get("large") is None


def test_an_announcement_is_read_as_it_is_written() -> None:
    for payload, change in (
        ("*", Change()),
        ("7", Change(7)),
        ("7 a a-before", Change(7, ("a", "a-before"))),
    ):
        assert from_payload(payload) == change
