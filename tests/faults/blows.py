"""Every fault of a run, from the moment it strikes until what can be done about it has been done."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from redis.asyncio import Redis

from tests.benchmarks.connections import connected
from tests.faults.links import State
from tests.faults.sink import Manner
from tests.faults.system import System

# How long a fault lasts that does not end by itself.
_LASTS_SECONDS = 2.5
_PAUSE_SECONDS = 5.0
_PARTS = ("api", "worker-1", "worker-2", "smtp")

Strike = Callable[[System], Awaitable[None]]


@dataclass(frozen=True)
class Blow:
    """A fault. Of a lasting one the system recovers when it is over, of any other from the moment that it strikes.

    One that `loses_answers` may keep a worker from noting what the mail server has taken.
    """

    name: str
    strike: Strike
    is_lasting: bool = False
    loses_answers: bool = False


def blows() -> list[Blow]:
    """All of them, those of one kind together."""
    found = [
        Blow(f"{name} killed", _signalled(name, signal.SIGKILL), loses_answers=name != "api")
        for name in _PARTS
    ]
    # A worker that is told to end notes what it has sent; the mail server of a run does not wait for anybody.
    found += [
        Blow(f"{name} told to end", _signalled(name, signal.SIGTERM), loses_answers=name == "smtp")
        for name in _PARTS
    ]
    for name in ("postgresql", "valkey"):
        loses = name == "postgresql"
        found.append(Blow(f"{name} killed", _fallen(name, signal.SIGKILL), loses_answers=loses))
        found.append(Blow(f"{name} told to end", _fallen(name, signal.SIGTERM), loses_answers=loses))
    found += [
        Blow("worker-1 paused", _paused, is_lasting=True),
        Blow("valkey wiped", _wiped),
        Blow("sessions of postgresql ended", _sessions_ended, loses_answers=True),
    ]
    found += [
        Blow(f"smtp {manner}", _mannered(manner), is_lasting=True)
        for manner in Manner
        if manner is not Manner.KIND
    ]
    for name in ("api", "postgresql", "valkey", "smtp"):
        for state in (State.CUT, State.BLACKHOLED, State.DELAYED):
            loses = state is not State.DELAYED and name in ("postgresql", "smtp")
            found.append(
                Blow(
                    f"network to {name} {state}",
                    _networked(name, state),
                    is_lasting=True,
                    loses_answers=loses,
                )
            )
    return found


def _signalled(name: str, number: signal.Signals) -> Strike:
    async def strike(system: System) -> None:
        await system.parts[name].fall(number)

    return strike


def _fallen(name: str, number: signal.Signals) -> Strike:
    async def strike(system: System) -> None:
        await getattr(system.stores, name).fall(number)

    return strike


async def _paused(system: System) -> None:
    system.parts["worker-1"].send(signal.SIGSTOP)
    try:
        await asyncio.sleep(_PAUSE_SECONDS)
    finally:
        system.parts["worker-1"].send(signal.SIGCONT)


async def _wiped(system: System) -> None:
    async with Redis.from_url(system.stores.redis_url) as redis:
        await redis.flushall()


async def _sessions_ended(system: System) -> None:
    async with connected(system.stores.database_url) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )


def _mannered(manner: Manner) -> Strike:
    async def strike(system: System) -> None:
        system.parts["smtp"].tell(manner)
        try:
            await asyncio.sleep(_LASTS_SECONDS)
        finally:
            system.parts["smtp"].tell(Manner.KIND)

    return strike


def _networked(name: str, state: State) -> Strike:
    async def strike(system: System) -> None:
        await system.links[name].become(state)
        try:
            await asyncio.sleep(_LASTS_SECONDS)
        finally:
            await system.links[name].become(State.OPEN)

    return strike
