"""The order of a framework's roles, domains and groups after an import that may know only some of them."""

from collections.abc import Sequence


def merge_order(stored: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """All slugs of both, in an order that contains `wanted` as it is.

    Those that both know trade the places that they hold among the stored ones; a new one comes right after the one
    that goes before it in the files, or else to the front. Merging the result with the same files again changes
    nothing.
    """
    known, named = set(stored), set(wanted)
    in_both = iter([slug for slug in wanted if slug in known])
    followers: dict[str | None, list[str]] = {}
    leader = None
    for slug in wanted:
        if slug in known:
            leader = slug
        else:
            followers.setdefault(leader, []).append(slug)
    order = followers.get(None, [])
    for slug in stored:
        placed = next(in_both) if slug in named else slug
        order += [placed, *followers.get(placed, [])]
    return order


def moved(stored: Sequence[str], wanted: Sequence[str]) -> set[str]:
    """The slugs that both know and that stand elsewhere among these than before."""
    named, known = set(wanted), set(stored)
    before = [slug for slug in stored if slug in named]
    after = [slug for slug in wanted if slug in known]
    return {new for old, new in zip(before, after, strict=True) if old != new}
