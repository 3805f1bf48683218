"""What every task is given: made once when the worker starts, closed when it stops."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from service.database import Database
from worker.mail.message import Sender
from worker.mail.transport import Transport


@dataclass(frozen=True)
class Surroundings:
    """The worker's border with the world. Without a transport mails wait in the database."""

    database: Database
    now: Callable[[], datetime]
    sender: Sender
    secret_key: str
    transport: Transport | None
