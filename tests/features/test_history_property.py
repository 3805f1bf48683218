"""In whatever order people propose, edit, rebase, decide, withdraw and take back: the catalogue is the fold of its
revisions, and nothing that was accepted is overwritten unseen."""

import asyncio
from collections.abc import Coroutine
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories import make_skill
from tests.factories.catalogue import slug_of
from tests.factories.community import Community, add, codes, edit, edit_skill, remove
from tests.factories.histories import ensure_sound
from tests.features.test_rebasing import standing
from tests.features.test_reverting import revert

Json = dict[str, Any]

SERIAL = count(1)
WORDS = st.integers(1, 9).map("Says it in way {}.".format)
ROLES = st.sampled_from(["platform-engineer", "release-engineer"])
LEVELS = st.sampled_from(["junior", "middle"])
OF_ENUMS = {
    "necessity": st.sampled_from(["MANDATORY", "OPTIONAL"]),
    "proficiency": st.sampled_from(["EXPERT", "WORKING"]),
}
# How many versions of a proposal somebody has missed who changes it.
BEHIND = st.sampled_from([0, 0, 0, 1])
# So few that wishes meet.
PLACES = [("platform-engineer", "junior"), ("release-engineer", "middle")]
# What an answer may say; all else is a fault.
EXPECTED = {
    "ALREADY_IN_PLACE",
    "CONFLICT",
    "EDITED_MEANWHILE",
    "FIRST_REVISION",
    "NOT_FOUND",
    "NOTHING_CHANGES",
    "NOT_OUTDATED",
    "REQUIREMENT_EXISTS",
}


class Life(RuleBasedStateMachine):
    """Two skills, and all that may be done to them; each thing by the API, one after another."""

    community: Community
    loop: asyncio.AbstractEventLoop
    proposals = Bundle("proposals")

    @initialize()
    def begin(self) -> None:
        """Two skills of this life's own, in an hour in which nobody has proposed too often."""
        self.community.product.clock.pass_time(hours=2)
        self.names = [f"Skill {next(SERIAL)}" for _ in range(2)]
        self.read: list[Json] = []
        self.has_accepted = False
        self.do(self._begin())

    @rule(target=proposals, which=st.integers(0, 1), back=st.integers(0, 3), wish=st.data())
    def propose(self, which: int, back: int, wish: st.DataObject) -> Any:
        """For one skill, against what stands there or stood there before."""
        found = self.seen(which, back)
        given = {"skillId": found["id"], "baseRevision": found["revision"]}
        return self.proposed(self.change(found, wish), **given)

    @rule(target=proposals, wish=st.data(), back=st.integers(0, 2))
    def propose_for_both(self, wish: st.DataObject, back: int) -> Any:
        """A change set."""
        skills = [
            {"skillId": found["id"], "baseRevision": found["revision"], "changes": [self.change(found, wish)]}
            for found in (self.seen(0, back), self.seen(1, back))
        ]
        return self.proposed(skillId=None, baseRevision=None, changes=None, skills=skills)

    @rule(
        target=proposals, which=st.integers(0, 1), words=st.lists(WORDS, min_size=2, max_size=3, unique=True)
    )
    def contest(self, which: int, words: list[str]) -> Any:
        """Several wishes for one field, none of whose authors has seen the others."""
        found = self.seen(which, 0)
        given = {"skillId": found["id"], "baseRevision": found["revision"]}
        rows = [row for step in found["levels"] for row in step["requirements"]]
        changes = [edit(rows[0], description=text) if rows else edit_skill(summary=text) for text in words]
        made = [self.do(self.community.propose(change, **given)) for change in changes]
        return multiple(*(one["proposal"] for one in made if not one["userErrors"]))

    @rule(proposal=proposals, which=st.integers(0, 1), back=st.integers(0, 3), wish=st.data(), late=BEHIND)
    def edit(self, proposal: Json, which: int, back: int, wish: st.DataObject, late: int) -> None:
        """Another wish in the place of the first, perhaps for the other skill, by somebody who may have looked late."""
        found = self.seen(which, back)
        given = {
            "skillId": found["id"],
            "baseRevision": found["revision"],
            "changes": [self.change(found, wish)],
        }
        version = max(1, self.standing(proposal)["version"] - late)
        self.expect(self.do(self.community.edit(proposal["id"], version=version, **given)))

    @rule(proposal=proposals, wish=st.data(), late=BEHIND)
    def rebase(self, proposal: Json, wish: st.DataObject, late: int) -> None:
        """Written anew against what stands, with a side for each field that has moved; then nothing is in its way."""
        before = self.standing(proposal)
        version = max(1, before["version"] - late)
        choices = self.choices(before, wish)
        payload = self.do(self.community.rebase(proposal["id"], *choices, version=version))
        self.expect(payload)
        if not payload["userErrors"]:
            after = self.standing(proposal)
            assert (after["version"], after["isOutdated"], after["conflicts"]) == (version + 1, False, [])

    @rule(target=proposals, proposal=consumes(proposals))
    def accept(self, proposal: Json) -> Any:
        """As it stands, or not at all: then it stays open."""
        payload = self.do(self.community.accept(proposal["id"]))
        self.expect(payload)
        return self.left_open(proposal, payload)

    @rule(target=proposals, proposal=consumes(proposals), wish=st.data())
    def accept_with_edits(self, proposal: Json, wish: st.DataObject) -> Any:
        """Whatever has moved is settled by the reviewer, who accepts at once."""
        choices = self.choices(self.standing(proposal), wish)
        payload = self.do(self.community.accept(proposal["id"], edits=choices))
        self.expect(payload)
        assert "CONFLICT" not in codes(payload)
        return self.left_open(proposal, payload)

    @rule(proposal=consumes(proposals))
    def decline(self, proposal: Json) -> None:
        """Closed."""
        self.expect(self.do(self.community.decline(proposal["id"])))

    @rule(proposal=consumes(proposals))
    def withdraw(self, proposal: Json) -> None:
        """Taken back by its author."""
        self.expect(self.do(self.community.withdraw(proposal["id"])))

    @precondition(lambda self: self.has_accepted)
    @rule(which=st.integers(0, 1), back=st.integers(0, 3))
    def take_back(self, which: int, back: int) -> None:
        """One of the last revisions."""
        found = self.seen(which, 0)
        number = max(1, found["revision"] - back)
        self.expect(self.do(revert(self.community, number, slug=found["slug"])))

    def teardown(self) -> None:
        """What must hold of each life."""
        if hasattr(self, "names"):
            slugs = [slug_of(name) for name in self.names]
            self.do(ensure_sound(self.community.product.database, slugs))

    async def _begin(self) -> None:
        async with self.community.product.database.transaction() as session:
            for name in self.names:
                rows = [(role, level, "MANDATORY") for role, level in PLACES]
                await make_skill(session, self.community.frame, name, requirements=rows)  # type: ignore[arg-type]

    def seen(self, which: int, back: int) -> Json:
        """The skill as it stands; `back` looks it up among the last readings of it instead."""
        slug = slug_of(self.names[which])
        self.read.append(self.do(self.community.skill(slug)))
        readings = [reading for reading in self.read if reading["slug"] == slug]
        return readings[max(0, len(readings) - 1 - back)]

    def change(self, found: Json, wish: st.DataObject) -> Json:
        """Any of the four kinds."""
        rows = [row for step in found["levels"] for row in step["requirements"]]
        kinds = ["skill", "add"] + ["edit", "edit", "deepen", "remove"] * bool(rows)
        match wish.draw(st.sampled_from(kinds)):
            case "skill":
                return edit_skill(summary=wish.draw(WORDS))
            case "add":
                return add(wish.draw(ROLES), wish.draw(LEVELS), description=wish.draw(WORDS))
            case "edit":
                return edit(wish.draw(st.sampled_from(rows)), description=wish.draw(WORDS))
            case "deepen":
                depth = wish.draw(st.sampled_from(["EXPERT", "WORKING", None]))
                return edit(wish.draw(st.sampled_from(rows)), proficiency=depth)
        return remove(wish.draw(st.sampled_from(rows)))

    def left_open(self, proposal: Json, payload: Json) -> Any:
        """The proposal once more, where it was not accepted."""
        if payload["userErrors"]:
            return proposal
        self.has_accepted = True
        return multiple()

    def standing(self, proposal: Json) -> Json:
        """The proposal as it stands, with the fields that have moved under it."""
        found: Json = self.do(standing(self.community, proposal["number"]))
        return found

    def choices(self, found: Json, wish: st.DataObject) -> list[Json]:
        """A side for each of these fields."""
        made = []
        for conflict in found["conflicts"]:
            side = wish.draw(st.sampled_from(["MINE", "THEIRS", "TEXT"]))
            choice = {"changeId": conflict["change"]["id"], "field": conflict["field"], "side": side}
            words = OF_ENUMS.get(conflict["field"], WORDS)
            made.append(choice | ({"text": wish.draw(words)} if side == "TEXT" else {}))
        return made

    def proposed(self, *changes: Json, **given: Any) -> Any:
        """The new proposal; nothing where it cannot be made."""
        given |= {"changes": list(changes)} if changes else {}
        payload = self.do(self.community.propose(*changes, **given))
        self.expect(payload)
        return multiple() if payload["userErrors"] else payload["proposal"]

    def expect(self, payload: Json) -> None:
        """Fail at a refusal for which there is no reason here."""
        assert set(codes(payload)) <= EXPECTED, payload["userErrors"]

    def do(self, act: Coroutine[Any, Any, Any]) -> Any:
        """On the loop of the test, while the machine runs in a thread."""
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(timeout=60)


async def test_any_order_of_acts_leaves_a_sound_catalogue(community: Community) -> None:
    Life.community, Life.loop = community, asyncio.get_running_loop()
    bounds = settings(
        max_examples=10,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        # A failure is told as it was found: shrinking lives hundreds of lives more.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Life, settings=bounds)
