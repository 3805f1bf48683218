"""A proposal is accepted: the catalogue changes, the right people hear of it."""

from service.people.models import PersonRole
from tests.factories import Product, make_frame, make_skill

SKILL = """
query ($slug: String!) { skill(slug: $slug) {
  id slug name summary keywords status replacedBy { slug } group { slug name domain { slug name } }
  revision lastUpdatedAt lastUpdatedBy { name }
  roleCount levelCount mandatoryRequirementCount optionalRequirementCount
  levels { level { slug name rank } requirements { id necessity proficiency description revision role { slug name } } }
  proposals { totalCount nodes { number state } } viewerWatch { createdAt } watcherCount
} }
"""
CREATE = """
mutation ($input: CreateProposalInput!) { createProposal(input: $input) {
  proposal { id number state } userErrors { __typename message code path }
} }
"""
ACCEPT = """
mutation ($input: AcceptProposalInput!) { acceptProposal(input: $input) {
  proposal { id state appliedRevision } userErrors { __typename message code path
    ... on ConflictError { place field base current proposed } }
} }
"""
WATCH = """
mutation ($input: WatchSkillInput!) { watchSkill(input: $input) {
  skill { watcherCount viewerWatch { reason } } userErrors { message }
} }
"""


async def test_an_accepted_edit_is_read_counted_and_mailed(product: Product) -> None:
    async with product.database.transaction() as session:
        await make_skill(session, await make_frame(session))
    author = await product.token("author@skills.test")
    watcher = await product.token("watcher@skills.test", PersonRole.READER)
    reviewer = await product.token("reviewer@skills.test", PersonRole.REVIEWER)
    before = (await product.run(SKILL, {"slug": "progressive-delivery"}))["skill"]
    assert [before[name] for name in ("roleCount", "levelCount", "mandatoryRequirementCount")] == [2, 5, 10]
    watched = await product.run(WATCH, {"input": {"skillId": before["id"]}}, token=watcher)
    assert watched["watchSkill"]["skill"] == {"watcherCount": 1, "viewerWatch": {"reason": "WATCHING"}}

    row = before["levels"][2]["requirements"][1]
    created = await product.run(
        CREATE,
        {
            "input": {
                "skillId": before["id"],
                "baseRevision": before["revision"],
                "title": "Say how far",
                "changes": [{"editRequirement": {"requirementId": row["id"], "description": "A new text."}}],
            }
        },
        token=author,
    )
    assert created["createProposal"]["userErrors"] == []
    proposal = created["createProposal"]["proposal"]
    accepted = await product.run(ACCEPT, {"input": {"proposalId": proposal["id"]}}, token=reviewer)
    assert accepted["acceptProposal"]["userErrors"] == []
    await product.work()

    after = (await product.run(SKILL, {"slug": "progressive-delivery"}))["skill"]
    assert after["revision"] == 2
    assert after["lastUpdatedAt"] == "2026-11-23T12:00:00Z"
    assert after["levels"][2]["requirements"][1]["description"] == "A new text."
    assert after["levels"][2]["requirements"][1]["revision"] == 2
    assert sorted(str(mail["To"]) for mail in product.mail.messages) == [
        "Author <author@skills.test>",
        "Watcher <watcher@skills.test>",
    ]
    body = product.mail.to("watcher@skills.test")[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert f"- {row['description']}" in text
    assert "+ A new text." in text
