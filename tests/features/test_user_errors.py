"""Each code that the schema names is one that somebody can meet."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from graphql import GraphQLEnumType, build_schema

from service.credentials.actions import issue_token
from service.credentials.rules import TOKENS_MAX
from service.people.models import PersonRole
from service.plans.rules import TICKS_MAX
from service.proposals.models import OPEN_MAX
from service.watches.rules import WATCHES_PER_HOUR
from service.webhooks.rules import WEBHOOKS_MAX
from tests.factories import documents, make_skill
from tests.factories.comments import act, comment, commented, limit_to_another_domain, moderate, person_id
from tests.factories.community import (
    AUTHOR,
    Community,
    add,
    begin_watches,
    edit,
    edit_skill,
    remove,
    row_of,
)
from tests.factories.plans import TICK, expectation_of
from tests.factories.proposals import make_proposal
from tests.factories.webhooks import (
    create_webhook,
    delivered,
    let_reach_itself,
    made_webhook,
    receiving,
    redeliver,
)
from tests.features.test_reverting import revert

Payload = dict[str, Any]
SCHEMA = build_schema(Path(__file__).parents[2].joinpath("schema.graphql").read_text())
TYPES = {
    "INVALID_INPUT": "InvalidInputError",
    "NOTHING_CHANGES": "InvalidInputError",
    "NOT_FOUND": "NotFoundError",
    "NOT_ALLOWED": "NotAllowedError",
    "OWN_PROPOSAL": "NotAllowedError",
    "NOT_THE_AUTHOR": "NotAllowedError",
    "TOO_MANY_TOKENS": "NotAllowedError",
    "TOO_MANY_TICKS": "NotAllowedError",
    "TOO_MANY_WEBHOOKS": "NotAllowedError",
    "WEBHOOK_IS_OFF": "NotAllowedError",
    "TOO_MANY_OPEN_PROPOSALS": "NotAllowedError",
    "SIGN_IN_AGAIN": "NotAllowedError",
    "CONFLICT": "ConflictError",
    "RATE_LIMITED": "RateLimitedError",
    "BUSY": "BusyError",
}


async def a_row(community: Community) -> Payload:
    return row_of(await community.skill(), "senior", "release-engineer")


async def invalid_input(community: Community) -> Payload:
    return await community.propose(edit(await a_row(community), description=""))


async def nothing_changes(community: Community) -> Payload:
    return await community.propose(edit_skill(name="Progressive Delivery"))


async def not_found(community: Community) -> Payload:
    return await community.propose(add("no-such-role", "senior"))


async def own_proposal(community: Community) -> Payload:
    proposal = await community.proposed(edit_skill(name="Mine"), token=community.reviewer)
    return await community.accept(proposal)


async def not_the_author(community: Community) -> Payload:
    proposal = await community.proposed(edit_skill(name="Mine"))
    return await community.withdraw(proposal, token=community.reviewer)


async def conflict(community: Community) -> Payload:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.apply(edit_skill(name="Yours"))
    return await community.accept(proposal)


async def proposal_already_decided(community: Community) -> Payload:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.decline(proposal)
    return await community.accept(proposal)


async def too_many_open_proposals(community: Community) -> Payload:
    await community.proposed(edit_skill(name="Mine"))
    async with community.product.database.transaction() as session:
        for _ in range(OPEN_MAX - 1):
            await make_proposal(session, 1, at=community.product.clock(), author_id=1)
    return await community.propose(edit_skill(name="One more"))


async def edited_meanwhile(community: Community) -> Payload:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.edit(proposal, title="Clearer")
    return await community.accept(proposal, version=1)


async def too_many_versions(community: Community) -> Payload:
    proposal = await community.proposed(edit_skill(name="Mine"))
    async with community.product.database.transaction() as session:
        await session.execute(sa.text("UPDATE proposal SET version = 100"))
    part = await community.part(community.slug, edit_skill(name="Clearer"))
    return await community.edit(proposal, version=100, **part)


async def not_outdated(community: Community) -> Payload:
    return await community.rebase(await community.proposed(edit_skill(name="Mine")))


async def approvals_missing(community: Community) -> Payload:
    await community.set_review_rule(2)
    return await community.accept(await community.proposed(edit_skill(name="Mine")))


async def already_in_place(community: Community) -> Payload:
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.apply(edit_skill(name="Mine"))
    return await community.accept(proposal)


async def requirement_exists(community: Community) -> Payload:
    return await community.propose(add("release-engineer", "senior"))


async def slug_taken(community: Community) -> Payload:
    async with community.product.database.transaction() as session:
        await make_skill(session, community.frame, "Chaos Engineering")
    return await community.propose(edit_skill(slug="chaos-engineering"))


async def idempotency_key_reused(community: Community) -> Payload:
    await community.proposed(edit_skill(name="Mine"), idempotencyKey="k")
    return await community.propose(edit_skill(name="Another"), idempotencyKey="k")


async def rate_limited(community: Community) -> Payload:
    await begin_watches(community, WATCHES_PER_HOUR)
    return await community.watch()


async def held(community: Community) -> Payload:
    first = await commented(community)
    async with community.product.database.transaction() as session:
        await session.execute(sa.text("UPDATE comment SET gate = 'HELD'"))
    return await comment(community, inReplyTo=first)


async def comment_gone(community: Community) -> Payload:
    first = await commented(community)
    await act(community, "deleteComment", {"commentId": first}, None)
    return await act(community, "addReaction", {"commentId": first, "kind": "THANKS"}, None)


async def too_many_tokens(community: Community) -> Payload:
    async with community.product.database.transaction() as session:
        for _ in range(TOKENS_MAX):
            await issue_token(session, AUTHOR, at=community.product.clock())
    wish = {"name": "One more", "scopes": ["READ"]}
    data = await community.product.run(documents.CREATE_TOKEN, {"input": wish}, token=community.author)
    payload: Payload = data["createToken"]
    return payload


async def too_many_ticks(community: Community) -> Payload:
    async with community.product.database.transaction() as session:
        await session.execute(
            sa.text(
                "INSERT INTO tick (person_id, skill_id, role_id, level_id, text, revision, ticked_at)"
                " SELECT person.id, skill_id, role_id, level_id, 'Number ' || number, 1, :at"
                " FROM person, (SELECT * FROM requirement ORDER BY id LIMIT 1), generate_series(1, :most) number"
            ),
            {"at": community.product.clock(), "most": TICKS_MAX},
        )
    wish = {"expectations": [await expectation_of(community)]}
    data = await community.product.run(TICK, {"input": wish}, token=community.watcher)
    payload: Payload = data["tickExpectations"]
    return payload


async def too_many_webhooks(community: Community) -> Payload:
    for _ in range(WEBHOOKS_MAX):
        await made_webhook(community)
    return await create_webhook(community)


async def webhook_is_off(community: Community) -> Payload:
    let_reach_itself(community)
    async with receiving() as receiver:
        webhook = await made_webhook(community, receiver.url)
        receiver.answer = "410 Gone"
        return await redeliver(community, await delivered(community, webhook))


async def sign_in_again(community: Community) -> Payload:
    community.product.clock.pass_time(minutes=16)
    wish = {"input": {"email": "new@skills.test"}}
    data = await community.product.run(documents.CHANGE_ADDRESS, wish, token=community.author)
    payload: Payload = data["changeAddress"]
    return payload


async def suspended(community: Community) -> Payload:
    await moderate(community, "suspendPerson", personId=await person_id(community, community.author))
    return await comment(community)


async def discussion_locked(community: Community) -> Payload:
    await moderate(community, "lockDiscussion", subjectId=(await community.keys())["id"])
    return await comment(community)


async def outside_domains(community: Community) -> Payload:
    await limit_to_another_domain(community)
    return await community.accept(await community.proposed(edit_skill(name="Mine")))


async def busy(community: Community) -> Payload:
    proposal = await community.proposed(edit_skill(name="Mine"))
    async with community.product.database.transaction() as session:
        await session.execute(sa.text("SELECT FROM proposal FOR UPDATE"))
        return await community.accept(proposal)


async def role_too_high(community: Community) -> Payload:
    author = await person_id(community, community.author)
    return await moderate(community, "setRole", personId=author, role="MAINTAINER")


async def last_admin(community: Community) -> Payload:
    admin = await community.person("admin@skills.test", PersonRole.ADMIN)
    own = await person_id(community, admin)
    return await moderate(community, "setRole", admin, personId=own, role="READER")


async def not_held(community: Community) -> Payload:
    return await moderate(community, "approveContent", subjectId=await commented(community))


async def first_revision(community: Community) -> Payload:
    return await revert(community, 1)


async def reference_gone(community: Community) -> Payload:
    await community.apply(add("site-reliability-engineer", "senior", description="Sets the budget."))
    await community.apply(remove(row_of(await community.skill(), "senior", "site-reliability-engineer")))
    async with community.product.database.transaction() as session:
        await session.execute(sa.text("DELETE FROM proposal_change"))
        await session.execute(sa.text("DELETE FROM role WHERE slug = 'site-reliability-engineer'"))
    return await revert(community, 3)


SCENARIOS: dict[str, Callable[[Community], Awaitable[Payload]]] = {
    "INVALID_INPUT": invalid_input,
    "NOTHING_CHANGES": nothing_changes,
    "NOT_FOUND": not_found,
    "OWN_PROPOSAL": own_proposal,
    "NOT_THE_AUTHOR": not_the_author,
    "CONFLICT": conflict,
    "PROPOSAL_ALREADY_DECIDED": proposal_already_decided,
    "TOO_MANY_OPEN_PROPOSALS": too_many_open_proposals,
    "EDITED_MEANWHILE": edited_meanwhile,
    "NOT_OUTDATED": not_outdated,
    "TOO_MANY_VERSIONS": too_many_versions,
    "APPROVALS_MISSING": approvals_missing,
    "ALREADY_IN_PLACE": already_in_place,
    "REQUIREMENT_EXISTS": requirement_exists,
    "SLUG_TAKEN": slug_taken,
    "IDEMPOTENCY_KEY_REUSED": idempotency_key_reused,
    "SUSPENDED": suspended,
    "DISCUSSION_LOCKED": discussion_locked,
    "OUTSIDE_DOMAINS": outside_domains,
    "ROLE_TOO_HIGH": role_too_high,
    "LAST_ADMIN": last_admin,
    "NOT_HELD": not_held,
    "HELD": held,
    "COMMENT_GONE": comment_gone,
    "TOO_MANY_TOKENS": too_many_tokens,
    "TOO_MANY_TICKS": too_many_ticks,
    "TOO_MANY_WEBHOOKS": too_many_webhooks,
    "WEBHOOK_IS_OFF": webhook_is_off,
    "SIGN_IN_AGAIN": sign_in_again,
    "RATE_LIMITED": rate_limited,
    "BUSY": busy,
    "FIRST_REVISION": first_revision,
    "REFERENCE_GONE": reference_gone,
}


@pytest.mark.parametrize("code", SCENARIOS)
async def test_a_code_is_met(community: Community, code: str) -> None:
    payload = await SCENARIOS[code](community)
    (error,) = payload["userErrors"]
    assert error["code"] == code
    assert error["message"].strip().endswith((".", "?", "!"))
    assert all(isinstance(step, str) for step in error["path"])
    assert error["__typename"] == TYPES.get(code, error["__typename"])


def test_every_code_of_the_schema_is_met_by_one_of_these() -> None:
    declared = SCHEMA.type_map["UserErrorCode"]
    assert isinstance(declared, GraphQLEnumType)
    assert set(declared.values) == set(SCENARIOS)


async def test_an_old_client_reads_new_errors_by_the_interface(community: Community) -> None:
    document = """mutation ($input: AcceptProposalInput!) {
      acceptProposal(input: $input) { userErrors { message code path } } }"""
    proposal = await community.proposed(edit_skill(name="Mine"))
    await community.apply(edit_skill(name="Yours"))
    data = await community.product.run(
        document, {"input": {"proposalId": proposal}}, token=community.reviewer
    )
    assert [error["code"] for error in data["acceptProposal"]["userErrors"]] == ["CONFLICT"]


async def test_a_payload_with_an_error_of_the_domain_is_data_and_no_request_error(
    community: Community,
) -> None:
    maintainer = await community.person("maintainer@skills.test", PersonRole.MAINTAINER)
    payload = await community.accept("bm9uZQ==", token=maintainer)
    assert [error["code"] for error in payload["userErrors"]] == ["NOT_FOUND"]
    assert payload["proposal"] is None
