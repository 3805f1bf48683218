"""What may be watched, and how."""

from typing import Any

import pytest
import sqlalchemy as sa

from service.api.node import encode_id
from tests.factories import documents
from tests.factories.community import AUTHOR, Community, codes, edit_skill

Json = dict[str, Any]
SUBJECTS = {
    "Skill": '{ found: skill(slug: "progressive-delivery") { id watcherCount viewerWatch { frequency } } }',
    "Group": '{ found: group(slug: "test-group") { id watcherCount viewerWatch { frequency } } }',
    "Role": '{ found: role(slug: "release-engineer") { id watcherCount viewerWatch { frequency } } }',
    "Domain": '{ group(slug: "test-group") { found: domain { id watcherCount viewerWatch { frequency } } } }',
    "Proposal": "{ found: proposal(number: 1) { id watcherCount viewerWatch { frequency } } }",
}


async def subject(community: Community, kind: str, token: str | None = None) -> Json:
    """One subject of the kind, with its watches as somebody sees them."""
    data = await community.product.run(SUBJECTS[kind], token=token or community.watcher)
    found: Json = data["group"]["found"] if kind == "Domain" else data["found"]
    return found


async def watch(community: Community, subject_id: str, token: str | None = None, **choices: Any) -> Json:
    """The payload of `watch`, by the watcher where nobody is named."""
    given = {"input": {"subjectId": subject_id, **choices}}
    data = await community.product.run(documents.WATCH_SUBJECT, given, token=token or community.watcher)
    payload: Json = data["watch"]
    return payload


async def own_place(community: Community, role: str, level: str) -> Json:
    """The ids of a role and a level, as a watcher's own."""
    data = await community.product.run("{ roles { id slug } levels { id slug } }")
    ids = {row["slug"]: row["id"] for rows in data.values() for row in rows}
    return {"ownRoleId": ids[role], "ownLevelId": ids[level]}


@pytest.mark.parametrize("kind", SUBJECTS)
async def test_each_kind_of_subject_is_watched_and_watched_no_longer(community: Community, kind: str) -> None:
    await community.proposed(edit_skill(name="Gradual Delivery"))
    before = await subject(community, kind)
    payload = await watch(community, before["id"], frequency="DAILY")
    assert payload["userErrors"] == []
    assert payload["subject"]["watcherCount"] == before["watcherCount"] + 1
    assert (await subject(community, kind))["viewerWatch"] == {"frequency": "DAILY"}
    assert (await subject(community, kind, community.reviewer))["viewerWatch"] is None
    given = {"input": {"subjectId": before["id"]}}
    for _ in range(2):
        await community.product.run(documents.UNWATCH_SUBJECT, given, token=community.watcher)
        assert await subject(community, kind) == before


async def test_the_number_of_watchers_is_fresh_for_everybody_at_once(community: Community) -> None:
    document = '{ role(slug: "release-engineer") { watcherCount } }'
    assert (await community.product.run(document))["role"] == {"watcherCount": 0}
    await watch(community, (await subject(community, "Role"))["id"])
    assert (await community.product.run(document))["role"] == {"watcherCount": 1}


async def test_a_watch_begins_with_what_was_applied_and_at_once(community: Community) -> None:
    found = (await watch(community, (await subject(community, "Group"))["id"]))["watch"]
    assert (found["events"], found["frequency"], found["reason"]) == (["APPLIED"], "IMMEDIATELY", "WATCHING")
    assert (found["group"], found["skill"]) == ({"slug": "test-group"}, None)


async def test_what_is_left_out_stays_as_it_is(community: Community) -> None:
    key = (await subject(community, "Skill"))["id"]
    own = await own_place(community, "release-engineer", "senior")
    first = await watch(community, key, events=["DECIDED", "PROPOSED"], onlyOwnLevels=True, **own)
    assert first["watch"]["events"] == ["PROPOSED", "DECIDED"]
    second = (await watch(community, key, frequency="WEEKLY"))["watch"]
    assert second == first["watch"] | {"frequency": "WEEKLY"}
    assert (second["ownRole"], second["ownLevel"]) == ({"slug": "release-engineer"}, {"slug": "senior"})


async def test_who_mutes_is_not_counted(community: Community) -> None:
    key = (await subject(community, "Skill"))["id"]
    assert (await watch(community, key))["subject"]["watcherCount"] == 1
    assert (await watch(community, key, isMuted=True))["subject"]["watcherCount"] == 0


async def test_a_watch_ends_by_itself(community: Community) -> None:
    key = (await subject(community, "Skill"))["id"]
    await watch(community, key, expiresAt="2026-11-24T12:00:00Z")
    community.product.clock.pass_time(hours=23)
    await community.product.work()
    assert (await community.watching())["watcherCount"] == 1
    community.product.clock.pass_time(hours=1)
    await community.product.work()
    assert await community.watching() == {"watcherCount": 0, "viewerWatch": None}


async def test_a_watch_that_begins_anew_is_loud_again(community: Community) -> None:
    key = (await subject(community, "Skill"))["id"]
    await watch(community, key, isMuted=True, frequency="DAILY", expiresAt="2027-01-01T00:00:00Z")
    await community.unwatch()
    found = (await watch(community, key))["watch"]
    assert (found["isMuted"], found["expiresAt"], found["frequency"]) == (False, None, "DAILY")


async def test_all_that_one_watches_is_listed_to_oneself(community: Community) -> None:
    for kind in ("Group", "Role"):
        await watch(community, (await subject(community, kind))["id"])
    document = "{ viewer { watches(first: 5) { totalCount nodes { group { slug } role { slug } } } } }"
    found = (await community.product.run(document, token=community.watcher))["viewer"]["watches"]
    assert found == {
        "totalCount": 2,
        "nodes": [
            {"group": None, "role": {"slug": "release-engineer"}},
            {"group": {"slug": "test-group"}, "role": None},
        ],
    }


async def test_an_author_watches_the_proposal_and_a_stopped_one_stays_stopped(community: Community) -> None:
    await community.proposed(edit_skill(name="Gradual Delivery"))
    document = "{ proposal(number: 1) { watcherCount viewerWatch { reason events } } }"
    found = (await community.product.run(document, token=community.author))["proposal"]
    assert found["viewerWatch"] == {
        "reason": "AUTHOR",
        "events": ["PROPOSED", "COMMENTED", "DECIDED", "APPLIED"],
    }


@pytest.mark.parametrize(
    ("choices", "path"),
    [
        ({"events": []}, ["events"]),
        ({"snoozedUntil": "2026-11-23T12:00:00Z"}, ["snoozedUntil"]),
        ({"snoozedUntil": "2028-11-23T12:00:00Z"}, ["snoozedUntil"]),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, ["expiresAt"]),
        ({"onlyOwnLevels": True}, ["onlyOwnLevels"]),
        ({"ownRoleId": encode_id("Role", (1,))}, ["ownLevelId"]),
        ({"ownRoleId": encode_id("Skill", (1,))}, ["ownRoleId"]),
        ({"ownLevelId": "nonsense"}, ["ownLevelId"]),
    ],
)
async def test_wrong_choices_are_told_and_begin_nothing(
    community: Community, choices: Json, path: list[str]
) -> None:
    payload = await watch(community, (await subject(community, "Skill"))["id"], **choices)
    assert codes(payload) == ["INVALID_INPUT"]
    assert payload["userErrors"][0]["path"] == path
    assert (await community.watching())["watcherCount"] == 0


async def test_role_and_level_are_of_one_framework(community: Community) -> None:
    async with community.product.database.transaction() as session:
        framework = sa.text(
            "INSERT INTO framework (slug, name, is_default) VALUES ('other', 'O', false) RETURNING id"
        )
        key = (await session.execute(framework)).scalar_one()
        level = sa.text(
            "INSERT INTO level (framework_id, slug, name, rank) VALUES (:key, 'first', 'First', 1) RETURNING id"
        )
        level_id = (await session.execute(level, {"key": key})).scalar_one()
    given = {"ownRoleId": encode_id("Role", (1,)), "ownLevelId": encode_id("Level", (level_id,))}
    payload = await watch(community, (await subject(community, "Skill"))["id"], **given)
    assert codes(payload) == ["INVALID_INPUT"]
    assert payload["userErrors"][0]["path"] == ["ownLevelId"]


@pytest.mark.parametrize("key", ["nonsense", encode_id("Level", (1,)), encode_id("Skill", (999,)), ""])
async def test_what_cannot_be_watched_is_not_found(community: Community, key: str) -> None:
    assert codes(await watch(community, key)) == ["NOT_FOUND"]
    data = await community.product.run(
        documents.UNWATCH_SUBJECT, {"input": {"subjectId": key}}, token=community.watcher
    )
    assert codes(data["unwatch"]) == ["NOT_FOUND"]


async def test_nobody_signed_in_watches_nothing(community: Community) -> None:
    key = (await subject(community, "Skill"))["id"]
    answer = await community.product.send(documents.WATCH_SUBJECT, {"input": {"subjectId": key}})
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["UNAUTHENTICATED"]
    assert AUTHOR not in str(answer)
