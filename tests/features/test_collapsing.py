"""What happens within a moment is one mail, with what is left of it; each person hears once, for the best reason."""

import dataclasses
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa

from service import jobs
from service.jobs import Job, RecordingQueue
from service.notifications.actions import ANY_MAIL
from tests.factories import documents
from tests.factories.community import AUTHOR, WATCHER, Community, add, edit, edit_skill, remove, row_of
from worker.tasks.deliver import deliver

Json = dict[str, Any]


@pytest.fixture
def patient(community: Community) -> Community:
    """The community, with a worker that waits for a minute of quiet."""
    around = dataclasses.replace(community.product.around, quiet=timedelta(seconds=60))
    community.product.around = around
    return community


async def change(community: Community, text: str, level: str = "senior", **more: Any) -> None:
    """An accepted edit of the release engineer's row at the level, told at once."""
    row = row_of(await community.skill(), level, "release-engineer")
    await community.apply(edit(row, description=text, **more))
    await community.product.work()


async def later(community: Community, **units: float) -> None:
    """Time passes, and the worker works."""
    community.product.clock.pass_time(**units)
    await community.product.work()


async def watch(community: Community, document: str, token: str | None = None, **choices: Any) -> None:
    """Watch what the document finds under `found`."""
    found = (await community.product.run(document))["found"]
    given = {"input": {"subjectId": found["id"], **choices}}
    data = await community.product.run(documents.WATCH_SUBJECT, given, token=token or community.watcher)
    assert data["watch"]["userErrors"] == []


SKILL = '{ found: skill(slug: "progressive-delivery") { id } }'
GROUP = '{ found: group(slug: "test-group") { id } }'
ROLE = '{ found: role(slug: "release-engineer") { id } }'
# Whoever accepts a proposal begins to watch it, and hears nothing of that.
OF_THE_REVIEWER = "ACTOR"


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


async def silences(community: Community) -> list[str]:
    """What the ledger says of accepted changes, in their order."""
    statement = sa.text(
        "SELECT silence FROM ledger_entry JOIN event ON event.id = event_id WHERE kind = 'PROPOSAL_ACCEPTED'"
        " ORDER BY event_id, watch_id"
    )
    async with community.product.database.read_session() as session:
        return list((await session.execute(statement)).scalars())


async def own_place(community: Community, role: str, level: str) -> Json:
    """The ids of a role and a level, as a watcher's own."""
    data = await community.product.run("{ roles { id slug } levels { id slug } }")
    ids = {row["slug"]: row["id"] for rows in data.values() for row in rows}
    return {"ownRoleId": ids[role], "ownLevelId": ids[level]}


async def test_ten_edits_in_a_minute_are_one_mail_with_what_is_left(patient: Community) -> None:
    await patient.watch()
    old = row_of(await patient.skill(), "senior", "release-engineer")["description"]
    for number in range(10):
        await change(patient, f"Text {number}.")
        await later(patient, seconds=5)
    assert patient.product.mail.to(WATCHER) == []
    await later(patient, seconds=55)
    (mail,) = patient.product.mail.to(WATCHER)
    lines = text_of(mail).splitlines()
    assert [line for line in lines if line.startswith(("- ", "+ "))] == [f"- {old}", "+ Text 9."]
    assert mail["Subject"] == "[Catalogue] Progressive Delivery: Release Engineer, Senior changed"
    await later(patient, days=1)
    assert len(patient.product.mail.to(WATCHER)) == 1


async def test_the_worker_is_woken_when_a_mail_is_due(patient: Community, queue: RecordingQueue) -> None:
    await patient.watch()
    await change(patient, "One.")
    first_due = patient.product.clock() + timedelta(seconds=60)
    await later(patient, seconds=40)
    await change(patient, "Two.")
    wake_ups = [job for job in queue.jobs if job.name == jobs.DELIVER]
    assert wake_ups == [
        Job(jobs.DELIVER, ANY_MAIL, first_due),
        Job(jobs.DELIVER, ANY_MAIL, first_due + timedelta(seconds=40)),
    ]
    patient.product.clock.pass_time(seconds=60)
    await deliver(patient.product.around, wake_ups[-1].row_id)
    assert len(patient.product.mail.to(WATCHER)) == 1


async def test_an_edit_undone_within_the_moment_is_no_mail(patient: Community) -> None:
    await patient.watch()
    old = row_of(await patient.skill(), "senior", "release-engineer")["description"]
    await change(patient, "Something else.")
    await later(patient, seconds=30)
    await change(patient, old)
    await later(patient, hours=1)
    assert patient.product.mail.to(WATCHER) == []


async def test_a_requirement_that_comes_and_goes_is_no_mail(patient: Community) -> None:
    await patient.watch()
    await patient.apply(add("site-reliability-engineer", "senior"))
    await patient.apply(remove(row_of(await patient.skill(), "senior", "site-reliability-engineer")))
    await later(patient, seconds=60)
    await later(patient, seconds=60)
    assert patient.product.mail.to(WATCHER) == []


async def test_what_never_ends_is_mailed_every_ten_minutes(patient: Community) -> None:
    await patient.watch()
    for number in range(25):
        await change(patient, f"Text {number}.")
        await later(patient, seconds=30)
    assert len(patient.product.mail.to(WATCHER)) == 1
    assert "+ Text 19." in text_of(patient.product.mail.to(WATCHER)[0])


async def test_three_watches_on_one_change_are_one_mail_and_the_actor_hears_nothing(
    community: Community,
) -> None:
    for document in (SKILL, GROUP, ROLE):
        await watch(community, document)
        await watch(community, document, token=community.reviewer)
    await change(community, "New.")
    assert len(community.product.mail.to(WATCHER)) == 1
    assert {str(mail["To"].addresses[0].addr_spec) for mail in community.product.mail.messages} == {
        AUTHOR,
        WATCHER,
    }
    assert sorted(await silences(community)) == ["ACTOR"] * 4 + ["MERGED"] * 2


async def test_the_strongest_reason_counts(community: Community) -> None:
    await watch(community, GROUP, token=community.author)
    await change(community, "New.")
    (mail,) = community.product.mail.messages
    assert mail["X-Skill-Profile-Reason"] == "author"


async def test_a_role_is_watched_for_its_own_requirements(community: Community) -> None:
    await watch(community, ROLE)
    row = row_of(await community.skill(), "senior", "platform-engineer")
    await community.apply(edit(row, description="Theirs."))
    await community.product.work()
    assert community.product.mail.to(WATCHER) == []
    await change(community, "Ours.")
    (mail,) = community.product.mail.to(WATCHER)
    assert "because you watch Release Engineer." in text_of(mail)


async def test_what_is_muted_is_silent_whatever_else_is_watched(community: Community) -> None:
    await watch(community, SKILL, isMuted=True)
    await watch(community, GROUP)
    await change(community, "New.")
    assert community.product.mail.to(WATCHER) == []
    assert sorted(await silences(community)) == [OF_THE_REVIEWER, "MUTED", "MUTED"]


async def test_mails_of_a_snoozed_watch_wait_and_tell_all_at_once(patient: Community) -> None:
    until = (patient.product.clock() + timedelta(hours=2)).isoformat()
    await watch(patient, SKILL, snoozedUntil=until)
    await change(patient, "One.")
    await later(patient, hours=1)
    await change(patient, "Two.")
    assert patient.product.mail.to(WATCHER) == []
    await later(patient, hours=1, seconds=1)
    (mail,) = patient.product.mail.to(WATCHER)
    assert "+ Two." in text_of(mail)


async def test_what_is_only_for_the_inbox_is_no_mail(community: Community) -> None:
    await watch(community, SKILL, frequency="INBOX_ONLY")
    await change(community, "New.")
    assert community.product.mail.to(WATCHER) == []


async def test_a_watch_is_about_what_was_chosen(community: Community) -> None:
    await watch(community, SKILL, events=["PROPOSED"])
    await change(community, "New.")
    (mail,) = community.product.mail.to(WATCHER)
    assert mail["Subject"] == "[Catalogue] Progressive Delivery: Say it better (#1)"
    assert "proposes to change" in text_of(mail)


@pytest.mark.parametrize(
    ("level", "text", "impact"),
    [
        ("senior", "Something else.", " (your level)"),
        ("lead-staff", "Something else.", " (your next level)"),
        ("junior", "Something else.", " (not your level)"),
    ],
)
async def test_the_subject_says_what_it_means_to_the_reader(
    community: Community, level: str, text: str, impact: str
) -> None:
    await watch(community, SKILL, **await own_place(community, "release-engineer", "senior"))
    await change(community, text, level)
    (mail,) = community.product.mail.to(WATCHER)
    assert str(mail["Subject"]).endswith(f" changed{impact}")


async def test_a_flipped_necessity_and_mere_wording_are_told_as_such(community: Community) -> None:
    await watch(community, SKILL, **await own_place(community, "release-engineer", "senior"))
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, necessity="OPTIONAL"))
    await community.product.work()
    await community.apply(edit_skill(keywords=["other", "words"]))
    await community.product.work()
    first, second = community.product.mail.to(WATCHER)
    assert str(first["Subject"]).endswith("(necessity changed)")
    assert str(second["Subject"]).endswith("(wording only)")


async def test_who_asks_for_their_own_levels_alone_hears_of_those_and_the_next(community: Community) -> None:
    own = await own_place(community, "release-engineer", "senior")
    await watch(community, SKILL, onlyOwnLevels=True, **own)
    await change(community, "Not mine.", "junior")
    assert community.product.mail.to(WATCHER) == []
    assert sorted(await silences(community)) == [OF_THE_REVIEWER, "OTHER_LEVEL"]
    await change(community, "Mine.")
    await change(community, "Mine next.", "lead-staff")
    assert len(community.product.mail.to(WATCHER)) == 2


async def test_every_mail_of_a_proposal_threads(community: Community) -> None:
    await watch(community, SKILL, events=["PROPOSED", "DECIDED"])
    await community.decline(await community.proposed(edit_skill(name="Gradual Delivery")))
    await community.product.work()
    mails = community.product.mail.to(WATCHER)
    references = {str(mail["References"]) for mail in [*mails, *community.product.mail.to(AUTHOR)]}
    assert references == {"<proposal-1@skills.test>"}
    assert {str(mail["Subject"]).removeprefix("Re: ") for mail in mails} == {
        "[Catalogue] Progressive Delivery: Say it better (#1)"
    }
