"""What every task is given: made once when the worker starts, closed when it stops."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.database import Database
from worker.mail.letter import Sender
from worker.mail.transport import Transport
from worker.webhooks.calling import Caller, HttpCaller


@dataclass
class Round:
    """One round at a time, of mail or of calls: who comes while it goes on asks it to look once more."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    calls: int = 0
    is_last: bool = False
    """Whether the worker is to stop: what is being sent is the last."""


@dataclass(frozen=True)
class Surroundings:
    """The worker's border with the world. Without a transport mails wait in the database."""

    database: Database
    now: Callable[[], datetime]
    sender: Sender
    secret_key: str
    transport: Transport | None
    quiet: timedelta = timedelta(seconds=60)
    """How long it must have been quiet before a mail tells what happened."""
    senders: int = 1
    """How many mails are handed over at the same time."""
    round: Round = field(default_factory=Round)
    caller: Caller = field(default_factory=HttpCaller)
    calling: Round = field(default_factory=Round)
