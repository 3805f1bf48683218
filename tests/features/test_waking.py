"""For what the worker is woken: for what there is to do, and for no more."""

from datetime import UTC, datetime

import pytest

from service import jobs
from service.activity.actions import record
from service.activity.models import UNTOLD, EventKind
from service.database import Database
from service.jobs import RecordingQueue
from service.notifications.kinds import KINDS
from tests.factories.catalogue import make_frame, make_skill

NOW = datetime(2026, 11, 29, tzinfo=UTC)


async def woken_for(
    database: Database, queue: RecordingQueue, kind: EventKind, *, is_revised: bool
) -> list[str]:
    """The wake-ups of an event about a skill, whose content the transaction has changed or not."""
    async with database.transaction() as session:
        skill = await make_skill(session, await make_frame(session))
        if is_revised:
            jobs.later(session, jobs.RECOUNT, skill.id)
        await record(session, kind, at=NOW, skill_id=skill.id)
    return [job.name for job in queue.jobs]


@pytest.mark.parametrize(
    ("kind", "is_revised", "expected"),
    [
        (EventKind.PROPOSAL_CREATED, False, [jobs.NOTIFY, jobs.PUBLISH]),
        # Who counts the skill's numbers anew publishes it with them.
        (EventKind.PROPOSAL_ACCEPTED, True, [jobs.RECOUNT, jobs.NOTIFY]),
        (EventKind.WATCH_STARTED, False, []),
    ],
)
async def test_an_event_wakes_whom_it_needs(
    database: Database, queue: RecordingQueue, kind: EventKind, is_revised: bool, expected: list[str]
) -> None:
    assert await woken_for(database, queue, kind, is_revised=is_revised) == expected


def test_what_is_told_to_nobody_has_no_mail() -> None:
    assert UNTOLD.isdisjoint(KINDS)
