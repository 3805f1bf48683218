"""A catalogue with people around it, and what they do by the API."""

from dataclasses import dataclass
from typing import Any

from service.catalogue.models import Necessity
from service.people.models import PersonRole
from service.people.queries import find_person_by_email
from service.watches.actions import Subject, watch
from tests.factories import documents
from tests.factories.catalogue import Frame, make_frame, make_skill
from tests.factories.product import Product

Json = dict[str, Any]

AUTHOR, WATCHER, REVIEWER = "author@skills.test", "watcher@skills.test", "reviewer@skills.test"
ROLES = ("Platform Engineer", "Release Engineer", "Site Reliability Engineer")
ROWS = [
    (role, level, Necessity.MANDATORY)
    for level in ("junior", "middle", "senior", "lead-staff", "principal")
    for role in ("platform-engineer", "release-engineer")
]


def edit(row: Json, **fields: Any) -> Json:
    """New values of a requirement's fields."""
    return {"editRequirement": {"requirementId": row["id"], **fields}}


def add(
    role: str, level: str, necessity: str = "OPTIONAL", description: str = "Knows it.", **fields: Any
) -> Json:
    """A requirement where none stands."""
    row = {"role": role, "level": level, "necessity": necessity, "description": description}
    return {"addRequirement": row | fields}


def remove(row: Json) -> Json:
    """The end of a requirement."""
    return {"removeRequirement": {"requirementId": row["id"]}}


def edit_skill(**fields: Any) -> Json:
    """New values of the skill's own fields."""
    return {"editSkill": fields}


def row_of(skill: Json, level: str, role: str) -> Json:
    """The skill's requirement at the level for the role."""
    rows = [row for step in skill["levels"] if step["level"]["slug"] == level for row in step["requirements"]]
    return next(row for row in rows if row["role"]["slug"] == role)


def page_numbers(skill: Json) -> list[int]:
    """Roles, levels, mandatory and optional requirements, as the page shows them."""
    names = ("roleCount", "levelCount", "mandatoryRequirementCount", "optionalRequirementCount")
    return [skill[name] for name in names]


def codes(payload: Json) -> list[str]:
    """The codes of a payload's user errors."""
    return [error["code"] for error in payload["userErrors"]]


@dataclass
class Community:
    """A skill with ten requirements; an author, a watcher (who does not watch yet) and a reviewer, by their tokens."""

    product: Product
    frame: Frame
    author: str
    watcher: str
    reviewer: str
    slug: str = "progressive-delivery"

    async def skill(self, slug: str | None = None, *, token: str | None = None) -> Json:
        """The skill with its numbers and rows."""
        found = (await self.product.run(documents.SKILL, {"slug": slug or self.slug}, token=token))["skill"]
        assert found is not None
        shown: Json = found
        return shown

    async def keys(self, slug: str | None = None) -> Json:
        """The skill's id and revision."""
        found: Json = (await self.product.run(documents.KEYS, {"slug": slug or self.slug}))["skill"]
        return found

    async def add_skill(self, name: str) -> str:
        """The slug of one more skill with the same ten requirements."""
        async with self.product.database.transaction() as session:
            return (await make_skill(session, self.frame, name, requirements=ROWS)).slug

    async def part(self, slug: str, *changes: Json) -> Json:
        """What is to change in one skill of several, against its present revision."""
        present = await self.keys(slug)
        return {"skillId": present["id"], "baseRevision": present["revision"], "changes": list(changes)}

    async def propose_set(self, *parts: Json, token: str | None = None, **more: Any) -> Json:
        """The payload of a proposal by the author that touches several skills."""
        wish = {"title": "Say it better everywhere", "skills": list(parts)}
        return await self._do(documents.CREATE, wish | more, token or self.author)

    async def watching(self, token: str | None = None) -> Json:
        """The skill's `watcherCount` and `viewerWatch`, as the watcher or somebody else sees them."""
        data = await self.product.run(documents.WATCHING, {"slug": self.slug}, token=token or self.watcher)
        found: Json = data["skill"]
        return found

    async def propose(self, *changes: Json, token: str | None = None, **more: Any) -> Json:
        """The payload of a proposal by the author against the present revision, or as `more` says."""
        present: Json = {} if {"skillId", "baseRevision"} <= more.keys() else await self.keys()
        wish = {
            "skillId": present.get("id"),
            "baseRevision": present.get("revision"),
            "title": "Say it better",
        }
        return await self._do(
            documents.CREATE, wish | {"changes": list(changes)} | more, token or self.author
        )

    async def proposed(self, *changes: Json, token: str | None = None, **more: Any) -> str:
        """The id of a new proposal."""
        payload = await self.propose(*changes, token=token, **more)
        assert payload["userErrors"] == []
        return str(payload["proposal"]["id"])

    async def edit(self, proposal: str, *, token: str | None = None, version: int = 1, **more: Any) -> Json:
        """The payload of editing a version of a proposal, by the author where nobody is named."""
        given = {"proposalId": proposal, "version": version} | more
        return await self._do(documents.EDIT, given, token or self.author)

    async def rebase(self, proposal: str, *choices: Json, token: str | None = None, version: int = 1) -> Json:
        """The payload of rebasing a version of a proposal, by the author where nobody is named."""
        given = {"proposalId": proposal, "version": version, "choices": list(choices)}
        return await self._do(documents.REBASE, given, token or self.author)

    async def review(
        self,
        proposal: str,
        verdict: str = "APPROVE",
        text: str = "",
        *,
        token: str | None = None,
        version: int = 1,
    ) -> Json:
        """The payload of reviewing a version of a proposal, by the reviewer where nobody is named."""
        given = {"proposalId": proposal, "version": version, "verdict": verdict, "text": text}
        return await self._do(documents.REVIEW, given, token or self.reviewer)

    async def set_review_rule(
        self, approvals: int | None, *, token: str | None = None, **subject: str
    ) -> Json:
        """The payload of a rule for the skill or another subject, by a maintainer where nobody is named."""
        given = (subject or {"skillId": (await self.keys())["id"]}) | {"approvals": approvals}
        who = token or await self.person("maintainer@skills.test", PersonRole.MAINTAINER)
        return await self._do(documents.SET_REVIEW_RULE, given, who)

    async def accept(self, proposal: str, *, token: str | None = None, **more: Any) -> Json:
        """The payload of accepting, by the reviewer where nobody is named."""
        return await self._do(documents.ACCEPT, {"proposalId": proposal} | more, token or self.reviewer)

    async def apply(self, *changes: Json) -> Json:
        """Propose and accept; the skill afterwards."""
        payload = await self.accept(await self.proposed(*changes))
        assert payload["userErrors"] == []
        return await self.skill()

    async def decline(
        self, proposal: str, reason: str = "Not so.", *, token: str | None = None, **more: Any
    ) -> Json:
        """The payload of declining, by the reviewer where nobody is named."""
        given = {"proposalId": proposal, "reason": reason} | more
        return await self._do(documents.DECLINE, given, token or self.reviewer)

    async def withdraw(self, proposal: str, *, token: str | None = None) -> Json:
        """The payload of withdrawing, by the author where nobody is named."""
        return await self._do(documents.WITHDRAW, {"proposalId": proposal}, token or self.author)

    async def watch(self, *, slug: str | None = None, token: str | None = None) -> Json:
        """The payload of watching the skill, by the watcher where nobody is named."""
        skill_id = (await self.keys(slug))["id"]
        return await self._do(documents.WATCH, {"skillId": skill_id}, token or self.watcher)

    async def unwatch(self, *, token: str | None = None) -> Json:
        """The payload of watching the skill no longer, by the watcher where nobody is named."""
        skill_id = (await self.keys())["id"]
        return await self._do(documents.UNWATCH, {"skillId": skill_id}, token or self.watcher)

    async def proposal(self, number: int = 1) -> Json:
        """The proposal of the number."""
        found: Json = (await self.product.run(documents.PROPOSAL, {"number": number}))["proposal"]
        return found

    async def person(self, email: str, role: PersonRole = PersonRole.CONTRIBUTOR) -> str:
        """A token of one more person."""
        return await self.product.token(email, role)

    async def _do(self, document: str, given: Json, token: str) -> Json:
        data = await self.product.run(document, {"input": given}, token=token)
        payload: Json = next(iter(data.values()))
        return payload


async def make_community(product: Product) -> Community:
    """The skill “Progressive Delivery” with two roles of three at five levels, and its people."""
    async with product.database.transaction() as session:
        frame = await make_frame(session, roles=ROLES)
        await make_skill(session, frame, requirements=ROWS)
    return Community(
        product,
        frame,
        author=await product.token(AUTHOR),
        watcher=await product.token(WATCHER, PersonRole.READER),
        reviewer=await product.token(REVIEWER, PersonRole.REVIEWER),
    )


async def begin_watches(community: Community, number: int) -> None:
    """Let the watcher watch so many other skills from now on."""
    now = community.product.clock()
    async with community.product.database.transaction() as session:
        watcher = await find_person_by_email(session, WATCHER)
        assert watcher is not None
        for nth in range(number):
            skill = await make_skill(session, community.frame, f"Watched {nth} since {now:%H %M %S}")
            await watch(session, Subject("skill_id", skill.id), by=watcher.id, at=now)
