"""What a mail's footer offers besides unsubscribing; looking changes nothing."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import httpx
import pytest
import sqlalchemy as sa

from tests.factories import documents
from tests.factories.community import WATCHER, Community, edit, row_of


async def change(community: Community, text: str) -> None:
    """An accepted edit, told at once."""
    row = row_of(await community.skill(), "senior", "release-engineer")
    await community.apply(edit(row, description=text))
    await community.product.work()


async def watch(community: Community, **choices: str) -> None:
    given = {"input": {"subjectId": (await community.keys())["id"], **choices}}
    await community.product.run(documents.WATCH_SUBJECT, given, token=community.watcher)


def link(mail: EmailMessage, words: str) -> str:
    """The address that stands behind the words in the mail's text."""
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(rf"^{words}: (\S+)", str(body.get_content()), re.MULTILINE)
    assert found is not None
    return found[1]


async def post(community: Community, address: str) -> httpx.Response:
    """As somebody who is signed in nowhere."""
    transport = community.product.client._transport
    async with httpx.AsyncClient(transport=transport, base_url="http://skills.test") as bare:
        return await bare.post(address)


async def test_a_thread_is_muted_by_a_post_and_heard_of_again_by_undo(community: Community) -> None:
    await watch(community)
    await change(community, "One.")
    mute = link(community.product.mail.to(WATCHER)[0], "Mute this thread")
    assert (await community.product.client.get(mute)).status_code == 200
    await change(community, "Two.")
    assert len(community.product.mail.to(WATCHER)) == 2
    for _ in range(2):
        assert (await post(community, mute)).status_code == 200
    await change(community, "Three.")
    assert len(community.product.mail.to(WATCHER)) == 2
    assert (await post(community, f"{mute}/undo")).status_code == 200
    await change(community, "Four.")
    assert len(community.product.mail.to(WATCHER)) == 3


async def test_how_often_is_changed_for_one_watch(community: Community) -> None:
    await watch(community)
    await change(community, "One.")
    page = link(community.product.mail.to(WATCHER)[0], "Change how often")
    assert "Once a day" in (await community.product.client.get(page)).text
    assert (await community.product.client.get(f"{page}/frequency/daily")).status_code in (404, 405)
    assert (await post(community, f"{page}/frequency/daily")).status_code == 200
    await change(community, "Two.")
    assert len(community.product.mail.to(WATCHER)) == 1
    assert (await post(community, f"{page}/frequency/hourly")).status_code == 404


@pytest.mark.parametrize("prefix", ["m", "d"])
async def test_a_forged_link_is_not_found(community: Community, prefix: str) -> None:
    assert (await community.product.client.get(f"/{prefix}/nonsense")).status_code == 404
    assert (await post(community, f"/{prefix}/nonsense")).status_code == 404


async def test_a_daily_digest_comes_at_the_hour_and_once(community: Community) -> None:
    await watch(community, frequency="DAILY")
    for text in ("One.", "Two."):
        await change(community, text)
    community.product.clock.now = datetime(2026, 11, 24, 7, 59, tzinfo=UTC)
    await community.product.work()
    assert community.product.mail.to(WATCHER) == []
    community.product.clock.now = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)  # two runs were missed
    for _ in range(2):
        await community.product.work()
    (mail,) = community.product.mail.to(WATCHER)
    assert mail["Subject"] == "[Catalogue] Daily digest, 24 Nov: 1 skill"
    assert mail["X-Skill-Profile-Reason"] == "digest"
    await post(community, link(mail, "Stop all digests"))
    await change(community, "Three.")
    community.product.clock.pass_time(days=2)
    await community.product.work()
    assert len(community.product.mail.to(WATCHER)) == 1


async def set_clock(community: Community, zone: str, **columns: int) -> None:
    """The watcher's time zone, and hours by it."""
    row = (
        {"digest_hour": 8, "quiet_from": None, "quiet_until": None} | columns | {"zone": zone, "who": WATCHER}
    )
    async with community.product.database.transaction() as session:
        statement = sa.text(
            "INSERT INTO mail_settings (person_id, time_zone, locale, digest_hour, digest_weekday, has_digests,"
            " quiet_from, quiet_until) SELECT id, :zone, 'de', :digest_hour, 1, true, CAST(:quiet_from AS integer),"
            " CAST(:quiet_until AS integer) FROM person WHERE email = :who"
        )
        await session.execute(statement, row)


SPRING, AUTUMN = datetime(2027, 3, 27, 18, 0, tzinfo=UTC), datetime(2027, 10, 30, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("evening", "frequency", "due", "day"),
    [
        (SPRING, "DAILY", datetime(2027, 3, 28, 6, 0, tzinfo=UTC), "28. März"),
        (AUTUMN, "DAILY", datetime(2027, 10, 31, 7, 0, tzinfo=UTC), "31. Okt."),
        (SPRING, "WEEKLY", datetime(2027, 3, 29, 6, 0, tzinfo=UTC), "29. März"),
        (AUTUMN, "WEEKLY", datetime(2027, 11, 1, 7, 0, tzinfo=UTC), "1. Nov."),
    ],
)
async def test_a_digest_over_the_night_when_clocks_change_comes_once_at_the_local_hour(
    community: Community, evening: datetime, frequency: str, due: datetime, day: str
) -> None:
    clock = community.product.clock
    clock.now = evening
    await set_clock(community, "Europe/Berlin")
    await watch(community, frequency=frequency)
    await change(community, "One.")
    clock.now = due - timedelta(seconds=1)
    await community.product.work()
    assert community.product.mail.to(WATCHER) == []
    for hours in range(3):
        clock.now = due + timedelta(hours=hours)
        await community.product.work()
    (mail,) = community.product.mail.to(WATCHER)
    assert mail["Subject"] == f"[Catalogue] {frequency.capitalize()} digest, {day}: 1 skill"


@pytest.mark.parametrize(
    ("late", "until", "morning"),
    [
        (datetime(2026, 12, 1, 22, 30, tzinfo=UTC), 7, datetime(2026, 12, 2, 6, 0, tzinfo=UTC)),
        # The clocks go from 2 to 3: that night has no 2 o'clock, and is quiet until 3.
        (datetime(2027, 3, 27, 21, 30, tzinfo=UTC), 2, datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        # They go from 3 back to 2: the hour comes twice, and is quiet both times.
        (datetime(2027, 10, 30, 21, 30, tzinfo=UTC), 3, datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
    ],
)
async def test_no_mail_goes_in_quiet_hours(
    community: Community, late: datetime, until: int, morning: datetime
) -> None:
    clock = community.product.clock
    clock.now = late
    await set_clock(community, "Europe/Berlin", quiet_from=22, quiet_until=until)
    await watch(community)
    await change(community, "One.")
    clock.now = morning - timedelta(minutes=1)
    await community.product.work()
    assert community.product.mail.to(WATCHER) == []
    clock.now = morning
    await community.product.work()
    assert len(community.product.mail.to(WATCHER)) == 1
