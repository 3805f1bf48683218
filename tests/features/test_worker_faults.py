"""Whatever is lost, refused or done at the same time: each mail goes once."""

import asyncio
import dataclasses
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise

import pytest
import sqlalchemy as sa
from redis.asyncio import Redis
from sqlalchemy.exc import SQLAlchemyError

from tests.factories import Product
from tests.factories.community import AUTHOR, WATCHER, Community, edit, make_community, row_of
from worker.mail.transport import PermanentRefusal, TransientRefusal
from worker.surroundings import Round
from worker.tasks.recover import recover


@pytest.fixture
async def community(product: Product) -> Community:
    made = await make_community(product)
    await made.watch()
    return made


async def change(community: Community, text: str = "A new text.") -> None:
    """An accepted edit, of which nobody has heard yet."""
    await community.apply(
        edit(row_of(await community.skill(), "senior", "release-engineer"), description=text)
    )


def recipients(messages: list[EmailMessage]) -> list[str]:
    return sorted(address.addr_spec for mail in messages for address in mail["To"].addresses)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@dataclass
class Transport:
    """Keeps what it is given; `refuse` may raise before that, `cut` after it."""

    refuse: Callable[[str], None] = lambda recipient: None
    cut: Callable[[str], None] = lambda recipient: None
    tries: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        self.tries.append(recipient)
        await asyncio.sleep(0)  # lets others run, as a network would
        self.refuse(recipient)
        self.raw.append(message)
        self.cut(recipient)

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]


@pytest.fixture
def transport(community: Community) -> Transport:
    """The worker's transport, to misbehave as the test wishes."""
    made = Transport()
    community.product.around = dataclasses.replace(community.product.around, transport=made)
    return made


def refusing(error: BaseException, *, only: str = "") -> Callable[[str], None]:
    """Raises for this recipient, or for all."""

    def refuse(recipient: str) -> None:
        if only in recipient:
            raise error

    return refuse


def taking(recipient: str) -> None:
    """Refuses nobody."""


_END_WHOEVER_HAS_A_TURN = sa.text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Killed(BaseException):
    """The end of a process, in the midst of its work."""


async def test_a_mail_that_was_taken_stays_so_although_the_connection_with_its_turn_is_lost(
    community: Community, transport: Transport
) -> None:
    await change(community)
    database = community.product.database
    send = transport.send

    async def lose(message: bytes, *, sender: str, recipient: str) -> None:
        await send(message, sender=sender, recipient=recipient)
        async with database.read_session() as session:
            await session.execute(_END_WHOEVER_HAS_A_TURN)

    transport.send = lose  # type: ignore[method-assign]
    with pytest.raises(SQLAlchemyError):
        await community.product.work()
    transport.send = send  # type: ignore[method-assign]
    await community.product.work()
    assert sorted(transport.tries) == [AUTHOR, WATCHER]


async def test_a_worker_that_is_to_stop_sends_the_mail_that_it_has_begun_and_no_more(
    community: Community, transport: Transport
) -> None:
    around = community.product.around

    def stop(_: str) -> None:
        around.round.is_last = True

    transport.cut = stop
    await change(community)
    await community.product.work()
    assert len(transport.tries) == 1
    around.round.is_last = False
    transport.cut = taking
    await community.product.work()
    assert sorted(transport.tries) == [AUTHOR, WATCHER]


class TestLostJobs:
    """Jobs are wake-ups: losing every one of them loses nothing."""

    async def test_mails_go_when_the_queue_has_been_emptied(
        self, community: Community, valkey: Redis
    ) -> None:
        await change(community)
        await valkey.flushdb()
        await community.product.work()
        assert recipients(community.product.mail.messages) == [AUTHOR, WATCHER]

    async def test_working_again_sends_nothing_more(self, community: Community) -> None:
        await change(community)
        for _ in range(3):
            await community.product.work()
            community.product.clock.pass_time(days=1)
        assert recipients(community.product.mail.messages) == [AUTHOR, WATCHER]

    async def test_an_event_outlives_a_worker_killed_before_it_mailed(
        self, community: Community, transport: Transport
    ) -> None:
        await change(community)
        transport.refuse = refusing(Killed())
        with pytest.raises(Killed):
            await community.product.work()
        transport.refuse = taking
        community.product.clock.pass_time(hours=1)
        await community.product.work()
        assert recipients(transport.messages) == [AUTHOR, WATCHER]

    async def test_a_mail_sent_again_is_the_same_mail(
        self, community: Community, transport: Transport
    ) -> None:
        await change(community)
        transport.cut = refusing(TransientRefusal("cut after DATA"), only=WATCHER)
        await community.product.work()
        transport.cut = taking
        community.product.clock.pass_time(hours=1)
        await community.product.work()
        again = [mail for mail in transport.messages if recipients([mail]) == [WATCHER]]
        assert len(again) == 2
        assert again[0]["Message-ID"] == again[1]["Message-ID"]
        assert recipients(transport.messages).count(AUTHOR) == 1


class TestRefusals:
    """A mail server says no."""

    async def test_a_mail_refused_for_now_is_sent_later_and_once(
        self, community: Community, transport: Transport
    ) -> None:
        await change(community)
        transport.refuse = refusing(TransientRefusal("451 4.3.0 try again later"))
        await community.product.work()
        assert transport.messages == []
        transport.refuse = taking
        community.product.clock.pass_time(hours=1)
        await community.product.work()
        assert recipients(transport.messages) == [AUTHOR, WATCHER]
        community.product.clock.pass_time(days=7)
        await community.product.work()
        assert recipients(transport.messages) == [AUTHOR, WATCHER]

    async def test_it_is_not_tried_again_at_once(self, community: Community, transport: Transport) -> None:
        await change(community)
        transport.refuse = refusing(TransientRefusal("451 4.3.0 try again later"))
        for _ in range(3):
            await community.product.work()
        assert sorted(transport.tries) == [AUTHOR, WATCHER]

    async def test_the_waits_between_tries_grow(self, community: Community, transport: Transport) -> None:
        await change(community)
        transport.refuse = refusing(TransientRefusal("451 4.3.0 try again later"), only=WATCHER)
        tried_at: list[int] = []
        for minute in range(120):
            known = transport.tries.count(WATCHER)
            await community.product.work()
            tried_at += [minute] * (transport.tries.count(WATCHER) - known)
            community.product.clock.pass_time(minutes=1)
        waits = [after - before for before, after in pairwise(tried_at)]
        assert len(waits) >= 3
        assert waits == sorted(waits)
        assert waits[-1] > waits[0]

    async def test_a_mail_refused_for_good_is_tried_once(
        self, community: Community, transport: Transport
    ) -> None:
        await change(community)
        transport.refuse = refusing(PermanentRefusal("550 5.1.1 no such mailbox"), only=WATCHER)
        for _ in range(4):
            await community.product.work()
            community.product.clock.pass_time(days=2)
        assert transport.tries.count(WATCHER) == 1

    async def test_a_refusal_of_one_does_not_hold_the_others_back(
        self, community: Community, transport: Transport
    ) -> None:
        await change(community)
        transport.refuse = refusing(PermanentRefusal("550 5.1.1 no such mailbox"), only=WATCHER)
        await community.product.work()
        assert recipients(transport.messages) == [AUTHOR]

    async def test_the_next_change_is_mailed_although_the_last_was_refused_for_now(
        self, community: Community, transport: Transport
    ) -> None:
        await change(community, "One.")
        transport.refuse = refusing(TransientRefusal("451 4.3.0 try again later"))
        await community.product.work()
        transport.refuse = taking
        await change(community, "Two.")
        await community.product.work()
        assert recipients(transport.messages) == [AUTHOR, WATCHER]
        community.product.clock.pass_time(hours=1)
        await community.product.work()
        assert recipients(transport.messages) == [AUTHOR, AUTHOR, WATCHER, WATCHER]

    async def test_a_watch_that_ended_meanwhile_gets_no_late_mail(
        self, community: Community, transport: Transport
    ) -> None:
        await change(community)
        transport.refuse = refusing(TransientRefusal("451 4.3.0 try again later"))
        await community.product.work()
        await community.unwatch()
        transport.refuse = taking
        community.product.clock.pass_time(hours=1)
        await community.product.work()
        assert recipients(transport.messages) == [AUTHOR]


class TestSeveralWorkers:
    """Workers that find the same work."""

    async def test_two_workers_send_each_mail_once(self, community: Community, transport: Transport) -> None:
        await change(community)
        await asyncio.gather(community.product.work(), community.product.work())
        assert recipients(transport.messages) == [AUTHOR, WATCHER]

    async def test_five_workers_with_six_events_and_many_watchers_send_each_mail_once(
        self, community: Community, transport: Transport
    ) -> None:
        others = [f"person-{number}@skills.test" for number in range(8)]
        for email in others:
            await community.watch(token=await community.person(email))
        for number in range(6):
            await change(community, f"Text {number}.")
        around = community.product.around
        workers = [dataclasses.replace(around, round=Round(), senders=3) for _ in range(5)]
        await asyncio.gather(*map(recover, workers))
        await community.product.work()
        told = Counter(
            (recipient, number)
            for mail in transport.messages
            for recipient in recipients([mail])
            for number in set(re.findall(r"\(#(\d)\)", text_of(mail)))
        )
        people = [AUTHOR, WATCHER, *others]
        assert told == Counter((person, str(number)) for person in people for number in range(1, 7))
        assert len({mail["Message-ID"] for mail in transport.messages}) == len(transport.messages)
