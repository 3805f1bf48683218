"""Telling how far long work has come."""

from collections.abc import Callable

# Hears the name of a stage, how many of its items are done, and how many there are.
Progress = Callable[[str, int, int], None]


def in_silence(stage: str, done: int, total: int) -> None:
    """A progress that nobody hears."""
