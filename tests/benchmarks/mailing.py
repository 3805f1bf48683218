"""Mails to very many people, rendered and sent: beside ready-made bytes over as many connections."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from statistics import median
from time import perf_counter, process_time

from aiosmtplib import SMTP

from tests.benchmarks.watchers import CONNECTIONS, MailBench, mail_bench
from worker.mail.transport import SmtpTransport
from worker.tasks.deliver import deliver
from worker.tasks.notify import notify

_ROUNDS = 3
_Spent = tuple[float, float]  # seconds, and processor seconds of this process


@dataclass(frozen=True)
class Mailing:
    """How many mails were sent; what each round took, ours and the floor's."""

    mails: int
    rounds: list[tuple[_Spent, _Spent]]

    @property
    def ratio(self) -> float:
        """How much of the pace of ready-made bytes over as many connections is reached."""
        return self._ratio(0)

    @property
    def cpu_ratio(self) -> float:
        """The same of the processor time of the process that sends."""
        return self._ratio(1)

    def _ratio(self, which: int) -> float:
        return median(floor[which] / ours[which] for ours, floor in self.rounds)


def measure(url: str, tell: Callable[[str], None], mails: int) -> Mailing:
    """On the catalogue at the URL."""

    async def measured() -> Mailing:
        async with mail_bench(url) as bench:
            tell(f"mailing {mails:,} people")
            await bench.watch(mails, "IMMEDIATELY")
            with _sink() as port:
                return Mailing(mails, [await _mailed(bench, port) for _ in range(_ROUNDS)])

    return asyncio.run(measured())


@dataclass
class _Keeping:
    """Hands on to the mail server, and keeps the bytes."""

    inner: SmtpTransport
    kept: list[tuple[str, bytes]]

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        self.kept.append((recipient, message))
        await self.inner.send(message, sender=sender, recipient=recipient)


async def _mailed(bench: MailBench, port: int) -> tuple[_Spent, _Spent]:
    """What it takes to render and send the mails that are due, and to send the same bytes."""
    await bench.forget()
    await notify(bench.around, await bench.happen("one"))
    transport = SmtpTransport(f"smtp://127.0.0.1:{port}", connections=CONNECTIONS)
    keeping = _Keeping(transport, [])
    start = perf_counter(), process_time()
    while await deliver(replace(bench.around, transport=keeping)):
        pass
    ours = perf_counter() - start[0], process_time() - start[1]
    await transport.close()
    start = perf_counter(), process_time()
    waiting = iter(keeping.kept)
    await asyncio.gather(*(_send_ready(port, waiting) for _ in range(CONNECTIONS)))
    return ours, (perf_counter() - start[0], process_time() - start[1])


async def _send_ready(port: int, waiting: Iterator[tuple[str, bytes]]) -> None:
    client = SMTP(hostname="127.0.0.1", port=port, local_hostname="bench.test", start_tls=False)
    async with client:
        for recipient, message in waiting:
            await client.sendmail("mail@bench.test", [recipient], message)


@contextmanager
def _sink() -> Iterator[int]:
    """A mail server in a process of its own, by its port."""
    command = [sys.executable, "-m", "tests.benchmarks.sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()
