"""What a person or a network may spend within a minute: in one process, in several, and without Valkey."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from limits.aio.storage import MemoryStorage

from service.allowance import Allowance, Standing
from service.rates import Rates
from tests.factories import Clock

LIMIT = 1_000


class Listening(MemoryStorage):
    """Keeps what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: asyncio.Queue[int] = asyncio.Queue()

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        self.heard.put_nowait(amount)
        return await super().incr(key, expiry, amount)


def allowance(clock: Clock, storage: Any = None) -> Allowance:
    return Allowance(storage or MemoryStorage(), LIMIT, clock=lambda: clock().timestamp())


def test_what_is_granted_is_taken_and_what_is_too_much_is_not(clock: Clock) -> None:
    clock.pass_time(seconds=20.5)
    place, reset_at = allowance(clock), int(clock().timestamp()) + 40
    assert place.spend("Ada", 700) == Standing(LIMIT, 700, 300, reset_at, 40, is_granted=True)
    assert place.spend("Ada", 301) == Standing(LIMIT, 301, 300, reset_at, 40, is_granted=False)
    assert place.spend("Ada", 300).remaining == 0
    assert not place.spend("Ada", 1).is_granted
    assert place.spend("Bob", 1).remaining == LIMIT - 1


def test_a_new_minute_begins_with_all_of_it(clock: Clock) -> None:
    place = allowance(clock)
    place.spend("Ada", LIMIT)
    clock.pass_time(seconds=59)
    assert not place.spend("Ada", 1).is_granted
    clock.pass_time(seconds=1)
    assert place.spend("Ada", 1).remaining == LIMIT - 1


def test_whoever_spent_first_is_forgotten_first(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.allowance._ACCOUNTS_MAX", 2)
    place = allowance(clock)
    for name in ("Ada", "Bob", "Cleo"):
        place.spend(name, 400)
    assert place.spend("Cleo", 1).remaining == 599
    assert place.spend("Ada", 1).remaining == LIMIT - 1


async def test_processes_learn_what_others_have_granted(clock: Clock, redis_url: str) -> None:
    rates = Rates(redis_url)
    await rates.storage.reset()
    one, other = allowance(clock, rates.storage), allowance(clock, rates.storage)
    one.spend("Ada", 600)
    other.spend("Ada", 300)
    await one.tell()
    await other.tell()
    assert not other.spend("Ada", 101).is_granted
    assert other.spend("Ada", 100).remaining == 0
    await other.tell()
    one.spend("Ada", 10)
    await one.tell()
    assert not one.spend("Ada", 1).is_granted
    # What was told belongs to its minute.
    clock.pass_time(minutes=1)
    one.spend("Ada", 10)
    await one.tell()
    assert one.spend("Ada", 0).remaining == LIMIT - 10
    await rates.close()


async def test_it_tells_by_itself_once_a_share_is_spent(clock: Clock) -> None:
    storage = Listening()
    place = allowance(clock, storage)
    place.start()
    place.spend("Ada", 9)
    assert storage.heard.empty()
    place.spend("Ada", 1)
    assert await asyncio.wait_for(storage.heard.get(), 10) == 10
    await place.close()


async def test_without_valkey_each_process_counts_alone(clock: Clock, tmp_path: Path) -> None:
    rates = Rates(f"unix://{tmp_path}/nothing.sock")
    place = allowance(clock, rates.storage)
    place.spend("Ada", 600)
    await place.tell()
    assert place.spend("Ada", 400).remaining == 0
    await place.tell()
    assert not place.spend("Ada", 1).is_granted
    await rates.close()
