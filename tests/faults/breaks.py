"""Faults put into the product from outside, one for each limit, so that each is seen to be broken once.

`python -m tests.faults.breaks NAME MODULE …` puts the fault in and runs the module, as `python -m MODULE …` does.
"""

import asyncio
import functools
import importlib
import itertools
import runpy
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa


@dataclass(frozen=True)
class Break:
    """A fault of the product: how it is put in, the limit that it breaks, and the faults of the world it needs."""

    put_in: Callable[[], None]
    limit: str
    during: Sequence[str]
    accepts: int = 20
    collapse: float = 1.0


def _forget_every_fourth() -> None:
    """An acceptance is answered, and not kept."""
    deciding = _module("service.proposals.deciding")
    number, accept = itertools.count(1), deciding.accept_proposal

    async def forgetful(session: Any, *given: Any, **named: Any) -> Any:
        if next(number) % 4:
            return await accept(session, *given, **named)
        async with session.begin_nested() as point:
            proposal = await accept(session, *given, **named)
            session.expunge(proposal)
            await point.rollback()
        return proposal

    deciding.accept_proposal = forgetful


def _overwrite() -> None:
    """A field that has moved is overwritten."""

    async def fine(*_: Any, **__: Any) -> None: ...

    _module("service.proposals.merging").ensure_no_conflicts = fine


def _trust_the_queue() -> None:
    """Only wake-ups tell events: those that are lost are never told."""

    async def nothing(*_: Any, **__: Any) -> list[int]:
        return []

    _module("worker.tasks.recover").events_waiting = nothing


def _send_without_a_lock() -> None:
    """Two workers send the same mail."""
    every = sa.text(
        "SELECT id FROM mail WHERE state IN ('QUEUED', 'DEFERRED') AND due_at <= :at ORDER BY id LIMIT :limit"
    )

    async def take(connection: Any, *, at: datetime, limit: int) -> list[int]:
        return list((await connection.execute(every, {"at": at, "limit": limit})).scalars())

    _module("service.notifications.turns").take_turns = take


def _misdeliver() -> None:
    """Every fifth mail goes to somebody else."""
    transport = _module("worker.mail.transport").SmtpTransport
    number, send = itertools.count(1), transport.send

    async def careless(self: Any, message: bytes, *, sender: str, recipient: str) -> None:
        to = recipient if next(number) % 5 else "somebody@faults.test"
        await send(self, message, sender=sender, recipient=to)

    transport.send = careless


def _count_one_too_many() -> None:
    """A stored number is not the true one."""
    recount = _module("worker.tasks.recount")
    recounted = recount.recount_counters
    spoil = sa.text("UPDATE skill_counters SET optional_requirement_count = optional_requirement_count + 1")

    async def wrong(session: Any, skill_ids: Any = None) -> Any:
        found = await recounted(session, skill_ids)
        await session.execute(spoil)
        return found

    recount.recount_counters = wrong


def _never_publish() -> None:
    """What everybody may hear of stays where it waits."""

    async def nothing(*_: Any, **__: Any) -> int:
        return 0

    _module("worker.tasks.publish").publish_news = nothing
    _module("worker.tasks.recount").publish = nothing


def _never_give_up() -> None:
    """A mail that was refused for good is tried again, and soon."""
    state = _module("service.notifications.models").MailState

    def again(mail: Any, reason: str, **_: Any) -> None:
        mail.attempts += 1
        mail.last_error = reason[:500]
        mail.state = state.DEFERRED
        mail.due_at = datetime.now(UTC) + timedelta(seconds=0.2)

    _module("service.notifications.actions").mark_failed = again

    # Nor is its address taken for one that gets no mail.
    async def not_noted(*_: Any, **__: Any) -> None: ...

    _module("worker.tasks.deliver").record_bounce = not_noted


def _start_slowly() -> None:
    """A process takes its time to start."""
    time.sleep(20)


def _be_silent() -> None:
    """Some acceptances are never answered."""
    deciding = _module("service.proposals.deciding")
    accept = deciding.accept_proposal

    @functools.wraps(accept)
    async def silent(session: Any, proposal_id: int, **named: Any) -> Any:
        if proposal_id % 8 == 0:
            await asyncio.sleep(3_600)
        return await accept(session, proposal_id, **named)

    deciding.accept_proposal = silent


def _nothing() -> None:
    """The product is as it is, and set up badly."""


def _module(name: str) -> Any:
    """The module, whose names are replaced."""
    return importlib.import_module(name)


BREAKS: dict[str, Break] = {
    "forgets": Break(_forget_every_fourth, "accepted but missing", ["valkey wiped"]),
    "overwrites": Break(_overwrite, "pairs both applied", ["valkey wiped"]),
    "trusts-the-queue": Break(_trust_the_queue, "watchers without a mail", ["valkey told", "valkey cut"]),
    "sends-twice": Break(_send_without_a_lock, "avoidable duplicates", ["valkey wiped"]),
    "misdelivers": Break(_misdeliver, "mails to others", ["valkey wiped"]),
    "miscounts": Break(_count_one_too_many, "counts unequal", ["valkey wiped"]),
    "never-publishes": Break(_never_publish, "left in any queue", ["valkey wiped"]),
    "never-gives-up": Break(_never_give_up, "tries per event", ["valkey wiped"]),
    "starts-slowly": Break(_start_slowly, "ready again", ["api killed"]),
    "is-silent": Break(_be_silent, "longest wait", ["valkey wiped"]),
    "collects-long": Break(_nothing, "accept to mail", ["valkey wiped"], collapse=20.0),
}


if __name__ == "__main__":
    BREAKS[sys.argv[1]].put_in()
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
