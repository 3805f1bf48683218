"""The clients of a run: they send until they have a definite answer, and write down what it was."""

import asyncio
import random
import time
from typing import Any

import httpx

from tests.faults.journal import Answer, Entry, Wish

_REQUEST_SECONDS = 4.0
_AGAIN_SECONDS = (0.2, 0.6)
# Request errors and user errors after which the same may be sent again.
_OURS = frozenset({"INTERNAL_SERVER_ERROR", "RATE_LIMITED"})
_PASSING = frozenset({"BUSY", "RATE_LIMITED"})

SKILL = """query ($slug: String!) { skill(slug: $slug) { id revision
  mandatoryRequirementCount optionalRequirementCount
  levels { level { slug } requirements { id description role { slug } } } } }"""
_CREATE = """mutation ($input: CreateProposalInput!) { done: createProposal(input: $input) {
  proposal { id number } userErrors { code message } } }"""
_ACCEPT = """mutation ($input: AcceptProposalInput!) { done: acceptProposal(input: $input) {
  userErrors { code message } } }"""
_STATE = "query ($number: Int!) { proposal(number: $number) { state } }"

Json = dict[str, Any]


class Client:
    """Somebody who uses the API, by a token, over a network that is not to be relied on."""

    def __init__(self, http: httpx.AsyncClient, token: str | None, chance: random.Random) -> None:
        self._http = http
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._chance = chance

    async def ask(self, document: str, **variables: Any) -> Json:
        """The `data` of the first answer that has no fault of the server or the network."""
        while True:
            answer = await self._try(document, variables)
            if answer is not None:
                return answer
            await asyncio.sleep(self._chance.uniform(*_AGAIN_SECONDS))

    async def _try(self, document: str, variables: Json) -> Json | None:
        try:
            response = await asyncio.wait_for(
                self._http.post(
                    "/graphql", json={"query": document, "variables": variables}, headers=self._headers
                ),
                _REQUEST_SECONDS,
            )
            answer: Json = response.json()
        except (httpx.HTTPError, TimeoutError, ValueError):
            return None
        faults = {error["extensions"]["code"] for error in answer.get("errors", [])}
        if response.status_code >= 500 or faults & _OURS:
            return None
        if faults:
            raise AssertionError(f"A client asks for what is not to be had: {answer['errors']}")
        data: Json = answer["data"]
        return data if _PASSING.isdisjoint(_codes(data)) else None


class Pen:
    """Notes how long each thing took until its answer was definite."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    async def note(self, asking: Any) -> Json:
        """The answer that is waited for."""
        begun = time.monotonic()
        answer: Json = await asking
        self.entry.longest = max(self.entry.longest, time.monotonic() - begun)
        return answer


async def propose(author: Client, wish: Wish, skill: Json, pen: Pen) -> Json:
    """The proposal of the wish, once, however often it is sent."""
    change: Json = {
        "requirementId": _row(skill, wish)["id"],
        "description": f"Has learnt {wish.word} by now.",
    }
    if wish.becomes_optional:
        change["necessity"] = "OPTIONAL"
    given = {
        "title": "Say it better",
        "skillId": skill["id"],
        "baseRevision": skill["revision"],
        "changes": [{"editRequirement": change}],
        "idempotencyKey": wish.word,
    }
    done = (await pen.note(author.ask(_CREATE, input=given)))["done"]
    if done["userErrors"]:
        raise AssertionError(f"{wish.word} was not taken as a proposal: {done['userErrors']}")
    found: Json = done["proposal"]
    return found


async def accept(reviewer: Client, proposal: Json, pen: Pen) -> None:
    """Accept it; nobody else decides on it, so one that is accepted already was accepted by an earlier try."""
    pen.entry.asked_at = time.monotonic()
    done = await pen.note(reviewer.ask(_ACCEPT, input={"proposalId": proposal["id"]}))
    codes = _codes(done)
    if not codes:
        pen.entry.answer = Answer.ACCEPTED
    elif codes == {"PROPOSAL_ALREADY_DECIDED"}:
        state = (await pen.note(reviewer.ask(_STATE, number=proposal["number"])))["proposal"]["state"]
        pen.entry.answer = Answer.ACCEPTED if state == "ACCEPTED" else Answer.REFUSED
    else:
        pen.entry.answer = Answer.REFUSED


def _row(skill: Json, wish: Wish) -> Json:
    found: Json = next(
        row
        for step in skill["levels"]
        if step["level"]["slug"] == wish.level
        for row in step["requirements"]
        if row["role"]["slug"] == wish.role
    )
    return found


def _codes(data: Json) -> set[str]:
    return {error["code"] for error in (data.get("done") or {}).get("userErrors", [])}
