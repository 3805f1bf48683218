"""The inbox is the record of what a person was told: read and done by that person alone, and kept for 180 days."""

from typing import Any

from service.activity.models import Event, EventKind
from service.notifications.actions import sweep_notifications
from service.notifications.models import Notification
from service.people.queries import find_person_by_email
from service.watches.actions import Subject, watch
from service.watches.models import WatchReason
from tests.factories import documents
from tests.factories.comments import commented, moderate
from tests.factories.community import WATCHER, Community, codes, edit_skill
from tests.factories.statements import recorded_statements

Json = dict[str, Any]


async def inbox(community: Community, *, token: str | None = None, **given: Any) -> Json:
    """The watcher's inbox, or somebody else's."""
    data = await community.product.run(documents.INBOX, given, token=token or community.watcher)
    found: Json = data["viewer"]
    return found


async def told(community: Community, number: int) -> list[str]:
    """Let the watcher have been told of so many changes; the ids of the notifications, the newest first."""
    at = community.product.clock()
    async with community.product.database.transaction() as session:
        watcher = await find_person_by_email(session, WATCHER)
        assert watcher is not None
        begun = await watch(session, Subject("skill_id", 1), by=watcher.id, at=at)
        for _ in range(number):
            event = Event(kind=EventKind.PROPOSAL_ACCEPTED, happened_at=at, skill_id=1, fanned_out_at=at)
            session.add(event)
            await session.flush()
            session.add(
                Notification(
                    event_id=event.id,
                    person_id=watcher.id,
                    watch_id=begun.id,
                    reason=WatchReason.WATCHING,
                    created_at=at,
                )
            )
    community.product.clock.pass_time(minutes=1)
    return [row["id"] for row in (await inbox(community))["notifications"]["nodes"]]


async def mark(community: Community, name: str, *, token: str | None = None, **given: Any) -> Json:
    """The payload of one of the mutations."""
    document = documents.MARK_EACH if "notificationIds" in given else documents.MARK_ALL
    document = document.replace("NAME", name).replace("INPUT", f"{name[0].upper()}{name[1:]}Input")
    data = await community.product.run(document, {"input": given}, token=token or community.watcher)
    payload: Json = data[name]
    return payload


async def test_the_inbox_says_what_happened_why_and_what_it_means(community: Community) -> None:
    await community.watch()
    await community.apply(edit_skill(name="Delivery anew"))
    community.product.clock.pass_time(minutes=1)
    await community.product.work()
    found = await inbox(community)
    (row,) = found["notifications"]["nodes"]
    del row["id"]
    assert row == {
        "kind": "PROPOSAL_ACCEPTED",
        "happenedAt": "2026-11-23T12:00:00Z",
        "createdAt": "2026-11-23T12:01:00Z",
        "reason": "WATCHING",
        "impact": "COSMETIC",
        "readAt": None,
        "doneAt": None,
        "actor": {"name": "Reviewer"},
        "skill": {"slug": "progressive-delivery"},
        "proposal": {"number": 1},
        "comment": None,
        "watch": {"reason": "WATCHING"},
    }
    assert (found["unreadCount"], found["notifications"]["totalCount"]) == (1, 1)


async def test_the_newest_comes_first_page_by_page_and_the_filter_narrows(community: Community) -> None:
    ids = await told(community, 3)
    await mark(community, "markNotificationsRead", notificationIds=[ids[0]])
    await mark(community, "markNotificationsDone", notificationIds=[ids[1]])
    shown = {
        text: [
            ids.index(row["id"]) for row in (await inbox(community, filter=wanted))["notifications"]["nodes"]
        ]
        for text, wanted in {
            "all": {},
            "read": {"isRead": True},
            "unread": {"isRead": False},
            "done": {"isDone": True},
            "left": {"isDone": False},
            "watched": {"reason": ["WATCHING", "AUTHOR"]},
            "mentioned": {"reason": ["MENTIONED"]},
        }.items()
    }
    assert shown == {
        "all": [0, 1, 2],
        "read": [0, 1],
        "unread": [2],
        "done": [1],
        "left": [0, 2],
        "watched": [0, 1, 2],
        "mentioned": [],
    }
    first = (await inbox(community, first=2))["notifications"]
    rest = (await inbox(community, first=2, after=first["pageInfo"]["endCursor"]))["notifications"]
    assert [row["id"] for page in (first, rest) for row in page["nodes"]] == ids


async def test_what_is_marked_keeps_its_first_time_and_can_be_unmarked(community: Community) -> None:
    (key,) = await told(community, 1)
    payload = await mark(community, "markNotificationsDone", notificationIds=[key])
    at = "2026-11-23T12:01:00Z"
    assert payload["notifications"] == [{"id": key, "readAt": at, "doneAt": at}], "what is done is read"
    assert payload["viewer"] == {"unreadCount": 0}
    community.product.clock.pass_time(hours=1)
    for name in ("markNotificationsRead", "markNotificationsDone"):
        again = await mark(community, name, notificationIds=[key, key])
        assert again["notifications"] == payload["notifications"]
    undone = await mark(community, "markNotificationsDone", notificationIds=[key], isDone=False)
    assert undone["notifications"] == [{"id": key, "readAt": at, "doneAt": None}]
    await mark(community, "markNotificationsDone", notificationIds=[key])
    unread = await mark(community, "markNotificationsRead", notificationIds=[key], isRead=False)
    assert unread["notifications"] == [{"id": key, "readAt": None, "doneAt": None}]
    assert unread["viewer"] == {"unreadCount": 1}


async def test_all_are_marked_but_for_those_that_have_come_since(community: Community) -> None:
    ids = await told(community, 3)
    for name, narrowing in (
        ("markAllNotificationsRead", {"isRead": False}),
        ("markAllNotificationsDone", {"isDone": False}),
    ):
        assert (await mark(community, name, upToId=ids[1]))["userErrors"] == []
        left = (await inbox(community, filter=narrowing))["notifications"]["nodes"]
        assert [row["id"] for row in left] == ids[:1]
    assert (await mark(community, "markAllNotificationsDone"))["viewer"] == {"unreadCount": 0}
    assert (await inbox(community, filter={"isDone": False}))["notifications"]["nodes"] == []


async def test_nobody_marks_what_another_was_told_nor_what_is_not_there(community: Community) -> None:
    ids = await told(community, 1)
    for name in ("markNotificationsRead", "markNotificationsDone"):
        payload = await mark(community, name, token=community.author, notificationIds=ids)
        assert codes(payload) == ["NOT_FOUND"]
        assert codes(await mark(community, name, notificationIds=[*ids, "nonsense"])) == ["NOT_FOUND"]
        for wrong in ([], ["x"] * 101):
            assert codes(await mark(community, name, notificationIds=wrong)) == ["INVALID_INPUT"]
    for name in ("markAllNotificationsRead", "markAllNotificationsDone"):
        assert codes(await mark(community, name, upToId="nonsense")) == ["INVALID_INPUT"]
        assert codes(await mark(community, name, token=community.author)) == []
    assert (await inbox(community))["unreadCount"] == 1
    assert (await inbox(community, token=community.author))["unreadCount"] == 0


async def test_a_hidden_comment_is_in_no_inbox(community: Community) -> None:
    data = await community.product.run('{ found: skill(slug: "progressive-delivery") { id } }')
    wish = {"subjectId": data["found"]["id"], "events": ["COMMENTED"]}
    await community.product.run(documents.WATCH_SUBJECT, {"input": wish}, token=community.watcher)
    comment = await commented(community)
    await community.product.work()
    (row,) = (await inbox(community))["notifications"]["nodes"]
    assert row["comment"] == {"id": comment}
    await moderate(community, "hideContent", subjectId=comment)
    found = await inbox(community)
    assert (found["unreadCount"], found["notifications"]) == (
        0,
        {"nodes": [], "totalCount": 0, "pageInfo": {"endCursor": None}},
    )


async def test_how_many_are_unread_is_one_statement(community: Community) -> None:
    await told(community, 2)
    run, token = community.product.run, community.watcher
    await run("{ viewer { unreadCount } }", token=token)
    with recorded_statements() as signing_in:
        await run("{ viewer { id } }", token=token)
    with recorded_statements() as asking:
        assert await run("{ viewer { unreadCount } }", token=token) == {"viewer": {"unreadCount": 2}}
    assert len(asking) == len(signing_in) + 1


async def test_notifications_are_kept_for_180_days(community: Community) -> None:
    await told(community, 3)
    community.product.clock.pass_time(days=179, hours=23)
    await community.product.work()
    assert (await inbox(community))["unreadCount"] == 3
    community.product.clock.pass_time(hours=1)
    async with community.product.database.transaction() as session:
        assert await sweep_notifications(session, at=community.product.clock(), limit=2) == 2
    await community.product.work()
    assert (await inbox(community))["unreadCount"] == 0
