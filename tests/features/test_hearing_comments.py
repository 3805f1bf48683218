"""Who hears of a comment, why, and what the mail says."""

import dataclasses
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa

from tests.factories import documents
from tests.factories.comments import act, commented, hold_comments, moderate, moderator, person_id
from tests.factories.community import AUTHOR, REVIEWER, WATCHER, Community, edit_skill, row_of
from tests.factories.webhooks import let_reach_itself, made_webhook, receiving

Json = dict[str, Any]
OTHER = "other@skills.test"
ALL_NEWS = '{ changesSince(cursor: "0000000000000000") { events { kind } } }'


async def heard(community: Community) -> list[tuple[str, str]]:
    """Whom the worker now tells of comments, and why."""
    statement = sa.text(
        "SELECT email, reason FROM notification JOIN person ON person.id = person_id JOIN event ON event.id = event_id"
        " WHERE kind IN ('COMMENT_WRITTEN', 'COMMENT_EDITED') AND read_at IS NULL ORDER BY email"
    )
    await community.product.work()
    async with community.product.database.transaction() as session:
        found = [(row.email, row.reason) for row in await session.execute(statement)]
        await session.execute(sa.text("UPDATE notification SET read_at = created_at"))
    return found


def mails(community: Community) -> dict[str, EmailMessage]:
    """The last mail to each address."""
    return {mail["To"].addresses[0].addr_spec: mail for mail in community.product.mail.messages}


def part(mail: EmailMessage, kind: str) -> str:
    """The mail's text (`plain`) or page (`html`)."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


async def watch(community: Community, *events: str) -> None:
    """Let the watcher watch the skill for these events."""
    given: Json = {"subjectId": (await community.keys())["id"], "events": list(events)}
    data = await community.product.run(documents.WATCH_SUBJECT, {"input": given}, token=community.watcher)
    assert data["watch"]["userErrors"] == []


async def test_those_hear_who_chose_comments_or_spoke_or_are_called_each_once(community: Community) -> None:
    await watch(community, "APPLIED")
    first = await commented(community)
    assert await heard(community) == []
    await watch(community, "COMMENTED")
    reviewer = await person_id(community, community.reviewer)
    other = await community.person(OTHER)
    await commented(community, f"@{{{reviewer}}}, see.", inReplyTo=first, token=other)
    assert await heard(community) == [(AUTHOR, "COMMENTED"), (REVIEWER, "MENTIONED"), (WATCHER, "WATCHING")]
    assert sorted(mails(community)) == [AUTHOR, REVIEWER, WATCHER]
    assert [mail["X-Skill-Profile-Reason"] for _, mail in sorted(mails(community).items())] == [
        "comment",
        "mention",
        "watching",
    ]


async def test_being_called_is_the_strongest_reason_and_takes_no_other_away(community: Community) -> None:
    author = await person_id(community, community.author)
    proposal = await community.proposed(edit_skill(name="Gradual Delivery"))
    await commented(community, f"@{{{author}}}?", subjectId=proposal, token=await community.person(OTHER))
    assert await heard(community) == [(AUTHOR, "MENTIONED")]
    await community.review(proposal, "REQUEST_CHANGES", "Why?")
    await community.product.work()
    mail = mails(community)[AUTHOR]
    assert mail["X-Skill-Profile-Reason"] == "author"
    assert "reviewed your proposal" in part(mail, "plain")


async def test_whoever_watches_for_something_else_hears_when_called(community: Community) -> None:
    await watch(community, "DECIDED")
    watcher = await person_id(community, community.watcher)
    await commented(community, f"@{{{watcher}}}?")
    await commented(community, "And more.")
    assert await heard(community) == [(WATCHER, "MENTIONED")]


async def test_who_has_stopped_hears_nothing_however_often_called_or_speaking(community: Community) -> None:
    author = await person_id(community, community.author)
    first = await commented(community)
    await community.unwatch(token=community.author)
    await commented(community, "One more.", inReplyTo=first)
    assert await heard(community) == []
    await commented(community, f"@{{{author}}}?", inReplyTo=first, token=community.reviewer)
    assert await heard(community) == []
    assert (await community.watching(community.author))["viewerWatch"] is None


async def test_the_first_comment_of_a_watcher_lets_the_watch_be_about_comments(community: Community) -> None:
    await community.watch(token=community.author)
    await commented(community)
    assert await heard(community) == []
    await commented(community, "So.", token=community.reviewer)
    assert await heard(community) == [(AUTHOR, "COMMENTED")]


async def test_what_waits_for_a_moderator_is_told_once_it_is_let_through(community: Community) -> None:
    await watch(community, "COMMENTED")
    reviewer = await person_id(community, community.reviewer)
    new = await community.product.token("new@skills.test", is_new=True)
    held = await commented(community, f"@{{{reviewer}}} https://x.test", token=new)
    assert await heard(community) == []
    assert (await community.watching())["watcherCount"] == 1
    await moderate(community, "approveContent", subjectId=held)
    assert await heard(community) == [(REVIEWER, "MENTIONED"), (WATCHER, "WATCHING")]


async def test_an_edit_is_told_to_those_alone_whom_it_newly_calls(community: Community) -> None:
    await watch(community, "COMMENTED")
    reviewer, other = await person_id(community, community.reviewer), await community.person(OTHER)
    key = await commented(community, f"@{{{reviewer}}}?")
    assert await heard(community) == [(REVIEWER, "MENTIONED"), (WATCHER, "WATCHING")]
    text = f"@{{{reviewer}}} and @{{{await person_id(community, other)}}}?"
    await act(community, "editComment", {"commentId": key, "body": text}, None)
    assert await heard(community) == [(OTHER, "MENTIONED")]
    assert mails(community)[OTHER]["X-Skill-Profile-Reason"] == "mention"
    inbox = "{ viewer { notifications { nodes { kind reason comment { id } } } } }"
    data = await community.product.run(inbox, token=other)
    assert data["viewer"]["notifications"]["nodes"] == [
        {"kind": "COMMENT_WRITTEN", "reason": "MENTIONED", "comment": {"id": key}}
    ]


async def test_what_waits_again_after_an_edit_is_not_told_twice(community: Community) -> None:
    await watch(community, "COMMENTED")
    new = await community.product.token("new@skills.test", is_new=True)
    key = await commented(community, token=new)
    assert await heard(community) == [(WATCHER, "WATCHING")]
    reviewer = await person_id(community, community.reviewer)
    text = f"@{{{reviewer}}}, https://x.test"
    await act(community, "editComment", {"commentId": key, "body": text}, new)
    assert await heard(community) == []
    await moderate(community, "approveContent", subjectId=key)
    assert await heard(community) == [(REVIEWER, "MENTIONED")]


async def test_what_is_hidden_held_or_deleted_before_it_is_told_is_told_to_nobody(
    community: Community,
) -> None:
    await watch(community, "COMMENTED")
    await moderate(community, "hideContent", subjectId=await commented(community, "Nasty."))
    await act(community, "deleteComment", {"commentId": await commented(community, "Regret.")}, None)
    assert await heard(community) == []
    await commented(community, "https://x.test")
    await hold_comments(community)
    assert await heard(community) == []
    assert community.product.mail.messages == []


async def test_a_mail_that_waits_says_nothing_of_what_was_hidden_meanwhile(community: Community) -> None:
    await watch(community, "COMMENTED")
    given: Json = {"subjectId": (await community.keys())["id"], "frequency": "DAILY"}
    await community.product.run(documents.WATCH_SUBJECT, {"input": given}, token=community.watcher)
    first = await commented(community, "Nasty.")
    assert await heard(community) == [(WATCHER, "WATCHING")]
    await moderate(community, "hideContent", subjectId=first)
    community.product.clock.pass_time(hours=25)
    await community.product.work()
    assert community.product.mail.messages == []
    async with community.product.database.read_session() as session:
        mail = (await session.execute(sa.text("SELECT state, silence FROM mail"))).one()
    assert tuple(mail) == ("SUPPRESSED", "UNDONE")


async def test_the_mail_has_the_words_with_names_escaped_and_cut(community: Community) -> None:
    await watch(community, "COMMENTED")
    row = row_of(await community.skill(), "senior", "release-engineer")
    reviewer = await person_id(community, community.reviewer)
    body = f"Ask @{{{reviewer}}}, @{{nobody}}: <img src=x> & `@{{{reviewer}}}`\n\n" + "long " * 1_500
    await commented(community, body, subjectId=row["id"])
    await community.product.work()
    mail = mails(community)[WATCHER]
    async with community.product.database.read_session() as session:
        named = sa.text("SELECT name FROM person WHERE email = :email")
        name = (await session.execute(named, {"email": REVIEWER})).scalar_one()
    assert mail["Subject"] == "[Catalogue] Progressive Delivery: Discussion of Release Engineer, Senior"
    assert f"> Ask @{name}, @{{nobody}}: <img src=x> & `@{name}`\n" in part(mail, "plain")
    assert f"Ask @{name}, @{{nobody}}: &lt;img src=x&gt; &amp;" in part(mail, "html")
    assert "<img" not in part(mail, "html")
    assert "This mail is shortened." in part(mail, "plain")


async def test_a_mail_about_a_proposal_stands_in_its_thread(community: Community) -> None:
    proposal = await community.proposed(edit_skill(name="Gradual Delivery"))
    await commented(community, "Really?", subjectId=proposal, token=community.reviewer)
    await community.product.work()
    mail = mails(community)[AUTHOR]
    assert mail["Subject"] == "Re: [Catalogue] Progressive Delivery: Say it better (#1)"
    assert "commented on your proposal to change Progressive Delivery.\n" in part(mail, "plain")
    assert "Gradual Delivery" not in part(mail, "plain")


async def test_several_comments_within_a_moment_are_one_mail(community: Community) -> None:
    around = dataclasses.replace(community.product.around, quiet=timedelta(seconds=60))
    community.product.around = around
    await watch(community, "COMMENTED")
    for body in ("First.", "Second."):
        await commented(community, body)
        await community.product.work()
    community.product.clock.pass_time(seconds=61)
    await community.product.work()
    [mail] = community.product.mail.messages
    assert mail["Subject"] == "[Catalogue] Progressive Delivery: Discussion"
    assert part(mail, "plain").count(" commented on Progressive Delivery.\n") == 2
    assert "> First.\n" in part(mail, "plain")
    assert "> Second.\n" in part(mail, "plain")


async def test_of_a_comment_on_what_waits_those_alone_hear_who_see_it(community: Community) -> None:
    let_reach_itself(community)
    await watch(community, "COMMENTED")
    link = "See https://advertising.example"
    new = await community.product.token("new@skills.test", is_new=True)
    called = await person_id(community, community.reviewer)
    async with receiving() as receiver:
        await made_webhook(community, receiver.url)
        waiting = await community.proposed(edit_skill(summary=link), title=link, token=new)
        body, token = f"@{{{called}}}, may this stay?", await moderator(community)
        first = await commented(community, body, subjectId=waiting, token=token)
        assert await heard(community) == [("new@skills.test", "AUTHOR")]
        await commented(community, "It may.", inReplyTo=first, token=new)
        assert await heard(community) == [("moderator@skills.test", "COMMENTED")]
        assert receiver.calls == []
    assert (await community.product.run(ALL_NEWS))["changesSince"]["events"] == []
    feed = await community.product.client.get("/feeds/all.atom")
    assert "<entry>" not in feed.text
    found = await community.product.run("{ viewer { watches { totalCount } } }", token=community.reviewer)
    assert found["viewer"]["watches"]["totalCount"] == 0


async def test_of_what_is_held_before_it_is_told_nobody_else_hears(community: Community) -> None:
    await watch(community, "COMMENTED")
    new = await community.product.token("new@skills.test", is_new=True)
    proposal = await community.proposed(edit_skill(summary="Fine."), token=new)
    await commented(community, subjectId=proposal)
    await community.edit(proposal, token=new, title="See https://advertising.example")
    assert await heard(community) == [("new@skills.test", "AUTHOR")]
