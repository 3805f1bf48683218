"""One change told to many people."""

import asyncio
import dataclasses
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from service.notifications.facts import Outgoing
from tests.factories import Product
from tests.factories.community import edit, make_community, row_of
from tests.factories.statements import recorded_statements
from worker.surroundings import Surroundings
from worker.tasks import deliver as task
from worker.tasks.deliver import deliver

PEOPLE = 120
_PATIENCE_SECONDS = 10
_WATCHERS = """
WITH made AS (
  INSERT INTO person (email, name, role, created_at)
  SELECT 'reader-' || n || '@skills.test', 'Reader ' || n, 'READER', :at FROM generate_series(1, :people) AS n
  RETURNING id
)
INSERT INTO watch (person_id, skill_id, reason, events, frequency, is_muted, only_own_levels, created_at)
SELECT made.id, skill.id, 'WATCHING', '{APPLIED}', 'IMMEDIATELY', false, false, :at
FROM made CROSS JOIN (SELECT id FROM skill WHERE slug = :slug) AS skill
"""


async def wait_for_their_mails(product: Product) -> None:
    """A change has been told to so many people, and no mail of it is sent yet."""
    community = await make_community(product)
    given = {"people": PEOPLE, "at": product.clock(), "slug": community.slug}
    async with product.database.transaction() as session:
        await session.execute(sa.text(_WATCHERS), given)
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, description="A new text."))
    product.around.round.is_last = True
    await product.work()


async def test_each_gets_a_mail_of_their_own_and_none_a_statement(product: Product) -> None:
    transport = product.mail
    await wait_for_their_mails(product)
    assert transport.to("reader-1@skills.test") == []
    product.around.round.is_last = False
    with recorded_statements() as statements:
        sent = await deliver(product.around)
    assert sent > PEOPLE
    assert len(statements) < PEOPLE / 4
    mails = [transport.to(f"reader-{number}@skills.test") for number in range(1, PEOPLE + 1)]
    assert {len(each) for each in mails} == {1}
    for header in ("Message-ID", "List-Unsubscribe", "To"):
        assert len({each[0][header] for each in mails}) == PEOPLE
    assert len({each[0]["Subject"] for each in mails}) == 1


async def test_while_some_are_sent_others_are_read_and_each_goes_once(
    product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wait_for_their_mails(product)
    product.around.round.is_last = False
    read: set[int] = set()
    is_another_read = asyncio.Event()
    prepared = task._prepared

    async def noted(around: Surroundings, ids: Sequence[int]) -> list[Outgoing]:
        found = await prepared(around, ids)
        read.update(ids)
        if len(read) > len(ids):
            is_another_read.set()
        return found

    class Waiting:
        """Takes no mail before another batch is read."""

        async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
            try:
                await asyncio.wait_for(is_another_read.wait(), _PATIENCE_SECONDS)
            except TimeoutError:
                pytest.fail("none is read while another waits for the mail server")
            await product.mail.send(message, sender=sender, recipient=recipient)

    monkeypatch.setattr(task, "_BATCH", PEOPLE // 4)
    monkeypatch.setattr(task, "_prepared", noted)
    sent = await deliver(dataclasses.replace(product.around, transport=Waiting()))
    assert sent == len(read)
    assert {len(product.mail.to(f"reader-{number}@skills.test")) for number in range(1, PEOPLE + 1)} == {1}
