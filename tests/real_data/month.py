"""A month in the life of a community, over the API: who proposes what, and what three reviewers make of it.

The wishes are drawn from a seed; which of two reviewers is faster is not, and what must hold does not depend on it.
"""

import asyncio
import random
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from service.people.models import PersonRole
from tests.factories import Product, documents
from tests.factories.community import add, edit, edit_skill, remove

Json = dict[str, Any]

PEOPLE, REVIEWERS, DAYS, A_DAY = 20, 3, 30, 10
# So few skills that wishes meet.
HOT = 8

REVISIONS = "query ($slug: String!) { skill(slug: $slug) { revisions(first: 3) { nodes { id number } } } }"
REVERT = """mutation ($input: RevertRevisionInput!) { revertRevision(input: $input) {
  revisions { number } userErrors { code ... on ConflictError { field base current proposed } } } }"""


@dataclass
class Month:
    """What happened: the codes of refusals, the conflicts that were told, and how often each thing was done."""

    product: Product
    people: Sequence[str]
    reviewers: Sequence[str]
    slugs: Sequence[str]
    roles: Sequence[str]
    steps: Sequence[str]
    chance: random.Random = field(default_factory=lambda: random.Random(2026))
    done: Counter[str] = field(default_factory=Counter)
    conflicts: list[Json] = field(default_factory=list)
    seen: list[dict[str, Json]] = field(default_factory=list)

    async def live(self) -> None:
        """Thirty days: read in the morning, propose, decide in parallel, and now and then take something back."""
        for day in range(DAYS):
            self.product.clock.pass_time(days=1)
            found = await asyncio.gather(*(self._read(slug) for slug in self.slugs))
            self.seen.append({skill["slug"]: skill for skill in found})
            made = [await self._propose(day * A_DAY + number) for number in range(A_DAY)]
            await self._decide(made)
            if day % 2:
                await self._revert()

    async def _read(self, slug: str) -> Json:
        found: Json = (await self.product.run(documents.SKILL, {"slug": slug}))["skill"]
        return found

    async def _propose(self, number: int) -> Json:
        """One proposal; some are written against what stood there days ago, some for two skills."""
        person, chance = self.people[number % PEOPLE], random.Random(number)
        while True:
            morning = chance.choice(self.seen[-4:] if chance.random() < 0.3 else self.seen[-1:])
            slugs = chance.sample(list(morning), 2 if chance.random() < 0.15 else 1)
            skills: list[Json] = [
                {
                    "skillId": morning[slug]["id"],
                    "baseRevision": morning[slug]["revision"],
                    "changes": [self._wish(morning[slug], chance)],
                }
                for slug in slugs
            ]
            given: Json = {"title": f"Wish {number}"}
            given |= skills[0] if len(skills) == 1 else {"skills": skills}
            payload = await self._do(documents.CREATE, given, person)
            if payload["userErrors"]:
                # Of a row that has gone since, or one that has come: whoever proposes thinks again.
                self.done.update(error["code"] for error in payload["userErrors"])
                continue
            self.done["proposed"] += 1
            made: Json = payload["proposal"] | {"author": person, "is_set": len(skills) > 1}
            return made

    def _wish(self, skill: Json, chance: random.Random) -> Json:
        rows = [row for step in skill["levels"] for row in step["requirements"]]
        text = f"Says it in way {chance.randrange(10**9)}, and\nwhy – “so”."
        kind = chance.random()
        if kind < 0.1 or not rows:
            fields: list[Json] = [{"summary": text}, {"keywords": [text[:20], "canary"]}]
            return edit_skill(**chance.choice(fields))
        if kind < 0.2:
            role, step = chance.choice(self.roles), chance.choice(self.steps)
            return add(role, step, description=text)
        # Few rows, so that two are often after the same.
        row = chance.choice(rows[:4])
        if kind < 0.28:
            return remove(row)
        if kind < 0.4:
            return edit(row, necessity=chance.choice(["MANDATORY", "OPTIONAL"]), description=text)
        return edit(row, description=text)

    async def _decide(self, made: Sequence[Json]) -> None:
        """Three reviewers take the next from one pile, in which some lie twice."""
        pile = deque([*made, *self.chance.sample(made, 2)])
        self.chance.shuffle(pile)

        async def review(token: str) -> None:
            while pile:
                await self._decide_one(pile.popleft(), token)

        await asyncio.gather(*(review(token) for token in self.reviewers))

    async def _decide_one(self, proposal: Json, reviewer: str) -> None:
        key = {"proposalId": proposal["id"]}
        if proposal["number"] % 12 == 0:
            payload = await self._do(documents.WITHDRAW, key, proposal["author"])
            self.done["withdrawn"] += not payload["userErrors"]
            return
        payload = await self._do(documents.ACCEPT, key, reviewer)
        codes = [error["code"] for error in payload["userErrors"]]
        self.done.update(codes or ["accepted"])
        self.done["change sets"] += proposal["is_set"] and not codes
        self.conflicts += [error for error in payload["userErrors"] if error["code"] == "CONFLICT"]
        if codes and codes != ["PROPOSAL_ALREADY_DECIDED"]:
            payload = await self._do(documents.DECLINE, key | {"reason": "It has moved."}, reviewer)
            self.done["declined"] += not payload["userErrors"]

    async def _revert(self) -> None:
        slug = self.chance.choice(self.slugs)
        found = await self.product.run(REVISIONS, {"slug": slug})
        revision = self.chance.choice(found["skill"]["revisions"]["nodes"])
        given = {"revisionId": revision["id"], "reason": "It was better before."}
        payload = await self._do(REVERT, given, self.chance.choice(self.reviewers))
        self.done.update(f"revert {error['code']}" for error in payload["userErrors"])
        self.done["reverted"] += bool(payload["revisions"])

    async def _do(self, document: str, given: Json, token: str) -> Json:
        payload: Json = next(iter((await self.product.run(document, {"input": given}, token=token)).values()))
        return payload


async def make_month(product: Product, document: Json) -> Month:
    """The people, and the skills of the catalogue's document that ask for most."""
    skills = sorted(document["skills"], key=lambda skill: (-len(skill["requirements"]), skill["slug"]))
    return Month(
        product,
        people=[await product.token(f"person-{number}@skills.test") for number in range(PEOPLE)],
        reviewers=[
            await product.token(f"reviewer-{number}@skills.test", PersonRole.REVIEWER)
            for number in range(REVIEWERS)
        ],
        slugs=[skill["slug"] for skill in skills[:HOT]],
        roles=[role["slug"] for role in document["roles"]],
        steps=[level["slug"] for level in document["levels"]],
    )
