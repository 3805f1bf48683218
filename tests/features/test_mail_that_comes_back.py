"""Mail that cannot arrive is sent no more, its reader is told, and support can see why."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from service.cli.failures import ExitCode
from service.cli.program import program
from service.notifications.models import BounceKind
from service.notifications.suppression import record_bounce
from service.settings import Settings
from tests.conftest import SECRET_KEY
from tests.factories import documents
from tests.factories.comments import moderator, person_id
from tests.factories.community import WATCHER, Community, edit_skill
from tests.factories.reports import complaint, delivery_report
from worker.mail.transport import PermanentRefusal

Json = dict[str, Any]
WHY = """query ($person: ID!, $subject: ID!) { moderation {
  whyNotNotified(personId: $person, subjectId: $subject) { kind outcome notifiedAt sentAt dueAt error } } }"""


@dataclass
class Envelopes:
    """Keeps the senders, and refuses those of one recipient."""

    refused: str = ""
    senders: list[str] = field(default_factory=list)

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        assert message
        if recipient == self.refused:
            raise PermanentRefusal("the recipient was refused: 550 no such user", status="5.1.1")
        self.senders.append(sender)


async def change(community: Community, name: str) -> None:
    """An accepted change, told and mailed."""
    await community.apply(edit_skill(name=name))
    await community.product.work()


async def stopped(community: Community) -> Json:
    """Whether and why the watcher gets no mail."""
    document = "{ viewer { settings { mailStoppedAt mailStoppedBecause } unreadCount } }"
    found: Json = (await community.product.run(document, token=community.watcher))["viewer"]
    return found


async def outcomes(community: Community) -> list[str]:
    """What came of accepted changes for the watcher, the oldest first."""
    given = {
        "person": await person_id(community, community.watcher),
        "subject": (await community.keys())["id"],
    }
    data = await community.product.run(WHY, given, token=await moderator(community))
    traces = data["moderation"]["whyNotNotified"]
    return [trace["outcome"] for trace in traces[::-1] if trace["kind"] == "PROPOSAL_ACCEPTED"]


async def command(settings: Settings, *words: object, stdin: bytes = b"") -> Result:
    """`skillprofile mail` on the product's own servers."""
    environment = {
        "DATABASE_URL": settings.database_url.replace("+asyncpg", ""),
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": SECRET_KEY,
    }

    def invoke() -> Result:
        return CliRunner().invoke(program, ["mail", *map(str, words)], input=stdin, env=environment)

    return await asyncio.to_thread(invoke)


async def test_an_address_that_is_none_gets_no_more_mail(community: Community, settings: Settings) -> None:
    await community.watch()
    mail = Envelopes(refused=WATCHER)
    community.product.around = replace(community.product.around, transport=mail)
    await change(community, "One")
    assert await stopped(community) == {
        "settings": {"mailStoppedAt": "2026-11-23T12:00:00Z", "mailStoppedBecause": "BOUNCED"},
        "unreadCount": 1,
    }
    await change(community, "Two")
    assert (await stopped(community))["unreadCount"] == 2, "the inbox has it all the same"
    assert await outcomes(community) == ["BOUNCED", "ADDRESS_SUPPRESSED"]

    (entry,) = orjson.loads((await command(settings, "list", "--json")).stdout)
    assert (entry["address"], entry["state"], entry["attempts"]) == (WATCHER, "FAILED", 1)
    shown = orjson.loads((await command(settings, "show", entry["id"], "--json")).stdout)
    assert [told["kind"] for told in shown["tells"]] == ["PROPOSAL_ACCEPTED"]
    assert [report["kind"] for report in shown["came_back"]] == ["HARD"]
    assert "no such user" in (await command(settings, "show", entry["id"])).stdout
    assert "no such user" in (await command(settings, "list")).stdout
    again = await command(settings, "redrive", entry["id"], "--json")
    assert orjson.loads(again.stdout) == {"redriven": [entry["id"]]}
    assert (await command(settings, "redrive", "--all")).stdout == "0 mails go out once more\n"
    community.product.clock.now = datetime.now(UTC)  # by which commands go
    await community.product.work()
    assert "suppressed" in (await command(settings, "list", "--state", "suppressed")).stdout
    for words in (("show", 99), ("redrive", 99)):
        assert (await command(settings, *words)).exception is not None
    nothing_named = (await command(settings, "redrive")).exception
    assert getattr(nothing_named, "code", None) is ExitCode.USAGE


async def test_reports_are_taken_in_where_the_envelope_is_ours(
    community: Community, settings: Settings
) -> None:
    await community.watch()
    mail = Envelopes()
    community.product.around = replace(community.product.around, transport=mail)
    await change(community, "One")
    async with community.product.database.read_session() as session:
        statement = sa.text(
            "SELECT mail.id FROM mail JOIN person ON person.id = person_id WHERE email = :who"
        )
        mail_id = (await session.execute(statement, {"who": WATCHER})).scalar_one()
    (sender,) = (each for each in mail.senders if f"+mail-{mail_id}-" in each)
    forged = sender.replace(f"-{mail_id}-", f"-{mail_id + 1}-")
    for report in (b"Subject: Away\n\nI am away.", delivery_report("5.1.1", sender=forged)):
        assert "Nothing was taken in" in str((await command(settings, "bounce", stdin=report)).exception)
    waiting = delivery_report("4.4.1", action="delayed", sender=sender)
    assert "nothing has come back yet" in (await command(settings, "bounce", stdin=waiting)).stdout
    full = delivery_report("5.2.2", sender=sender)
    assert (await command(settings, "bounce", stdin=full)).stdout == f"mail {mail_id}: noted\n"
    assert (await stopped(community))["settings"]["mailStoppedBecause"] is None
    assert await outcomes(community) == ["BOUNCED"]
    done = await command(settings, "bounce", stdin=complaint(sender=sender))
    assert done.stdout == f"mail {mail_id}: its reader gets no more mail\n"
    assert (await stopped(community))["settings"]["mailStoppedBecause"] == "COMPLAINED"


@pytest.mark.parametrize(("days", "is_stopped"), [(3, True), (4, False)])
async def test_three_soft_bounces_within_a_week_stop_mail(
    community: Community, days: int, *, is_stopped: bool
) -> None:
    at = community.product.clock()
    async with community.product.database.transaction() as session:
        rows = sa.text(
            "INSERT INTO mail (person_id, frequency, skill_id, first_at, last_at, state, due_at, attempts, sent_at)"
            " SELECT id, 'IMMEDIATELY', 1, :at, :at, 'SENT', :at, 1, :at FROM person, generate_series(1, 3)"
            " WHERE email = :who RETURNING id"
        )
        mails = list((await session.execute(rows, {"at": at, "who": WATCHER})).scalars())
        for nth, mail_id in enumerate(mails):
            for _ in range(2):  # the same report again is no other bounce
                reported_at = at + timedelta(days=days * nth)
                stops = await record_bounce(session, mail_id, BounceKind.SOFT, "full", at=reported_at)
                if nth < 2:
                    assert stops is False
    found = (await stopped(community))["settings"]["mailStoppedBecause"]
    assert found == ("BOUNCED_OFTEN" if is_stopped else None)


async def test_support_sees_what_came_of_each_event(community: Community) -> None:
    subject = (await community.keys())["id"]

    async def choose(**given: Any) -> None:
        wish = {"input": {"subjectId": subject, **given}}
        data = await community.product.run(documents.WATCH_SUBJECT, wish, token=community.watcher)
        assert data["watch"]["userErrors"] == []

    await change(community, "Before")
    await choose()
    await change(community, "One")
    await choose(frequency="INBOX_ONLY")
    await change(community, "Two")
    await choose(frequency="DAILY")
    await change(community, "Three")
    await choose(isMuted=True)
    await change(community, "Four")
    await community.apply(edit_skill(name="Five"))
    assert await outcomes(community) == [
        "NOT_WATCHED",
        "SENT",
        "INBOX_ONLY",
        "WAITING",
        "MUTED",
        "NOT_TOLD_YET",
    ]
