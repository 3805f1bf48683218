"""How a person wants mail: said once, by their own clock, and heeded by what is told from then on."""

from datetime import UTC, datetime
from typing import Any

from tests.factories import documents
from tests.factories.comments import commented, person_id
from tests.factories.community import WATCHER, Community, codes, edit_skill

Json = dict[str, Any]
DEFAULTS = {
    "timeZone": "UTC",
    "locale": "en-GB",
    "digestHour": 8,
    "digestWeekday": 1,
    "hasDigests": True,
    "quietHours": None,
    "frequencies": [
        {"event": event, "frequency": "IMMEDIATELY"}
        for event in ("PROPOSED", "COMMENTED", "DECIDED", "APPLIED")
    ],
}


async def update(community: Community, **given: Any) -> Json:
    """The payload of saying how the watcher wants mail."""
    data = await community.product.run(documents.UPDATE_SETTINGS, {"input": given}, token=community.watcher)
    payload: Json = data["updateNotificationSettings"]
    return payload


async def test_what_is_said_stays_and_the_rest_is_as_before(community: Community) -> None:
    assert (await update(community))["viewer"]["settings"] == DEFAULTS
    said = {"timeZone": "America/St_Johns", "locale": "de", "quietHours": {"from": 22, "until": 7}}
    payload = await update(community, **said, frequencies=[{"event": "DECIDED", "frequency": "WEEKLY"}])
    frequencies = [
        each if each["event"] != "DECIDED" else {"event": "DECIDED", "frequency": "WEEKLY"}
        for each in DEFAULTS["frequencies"]  # type: ignore[attr-defined]
    ]
    assert payload["viewer"]["settings"] == DEFAULTS | said | {"frequencies": frequencies}
    payload = await update(community, quietHours=None, digestHour=23, digestWeekday=7, hasDigests=False)
    assert payload["viewer"]["settings"] == DEFAULTS | said | {
        "frequencies": frequencies,
        "quietHours": None,
        "digestHour": 23,
        "digestWeekday": 7,
        "hasDigests": False,
    }


async def test_what_no_clock_and_no_language_knows_is_refused(community: Community) -> None:
    for wrong, path in (
        ({"timeZone": "Europe/Atlantis"}, "timeZone"),
        ({"timeZone": "UTC+3"}, "timeZone"),
        ({"timeZone": "../../etc/passwd"}, "timeZone"),
        ({"locale": "xx"}, "locale"),
        ({"locale": "en_GB"}, "locale"),
        ({"digestHour": 24}, "digestHour"),
        ({"digestHour": -1}, "digestHour"),
        ({"digestWeekday": 0}, "digestWeekday"),
        ({"quietHours": {"from": 7, "until": 7}}, "quietHours"),
        ({"quietHours": {"from": 7, "until": 24}}, "quietHours"),
    ):
        (error,) = (await update(community, **wrong))["userErrors"]
        assert (error["code"], error["path"]) == ("INVALID_INPUT", [path])
    assert (await update(community))["viewer"]["settings"] == DEFAULTS


async def told_daily(community: Community, **given: Any) -> None:
    """The watcher hears daily of what is applied, and something is, on a Tuesday at noon."""
    community.product.clock.now = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
    daily = [{"event": event, "frequency": "DAILY"} for event in ("APPLIED", "COMMENTED")]
    assert codes(await update(community, frequencies=daily, **given)) == []
    await community.watch()
    await community.apply(edit_skill(name="Delivery anew"))
    await community.product.work()


async def subjects(community: Community) -> list[str]:
    """What the watcher's mails are about."""
    return [str(mail["Subject"]) for mail in community.product.mail.to(WATCHER)]


async def test_an_event_is_heard_of_no_sooner_than_its_kind_may_be(community: Community) -> None:
    await told_daily(community)
    mentioned = f"What of it, @{{{await person_id(community, community.watcher)}}}?"
    await commented(community, body=mentioned)
    await community.product.work()
    assert await subjects(community) == ["[Catalogue] Delivery anew: Discussion"], "a mention comes at once"
    community.product.clock.now = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
    await community.product.work()
    assert (await subjects(community))[1:] == ["[Catalogue] Daily digest, 2 Dec: 1 skill"]


async def test_a_digest_that_collects_moves_with_the_clock_of_its_person(community: Community) -> None:
    await told_daily(community)
    await update(community, timeZone="Asia/Tokyo", digestHour=6)
    community.product.clock.now = datetime(2026, 12, 1, 20, 59, 59, tzinfo=UTC)
    await community.product.work()
    assert await subjects(community) == []
    community.product.clock.pass_time(seconds=1)
    await community.product.work()
    assert await subjects(community) == ["[Catalogue] Daily digest, 2 Dec: 1 skill"]
