"""What people do beside reading: they accept proposals, look at what one would come to, and talk."""

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median, quantiles
from time import perf_counter
from typing import TypeVar

from tests.benchmarks.asking import Asker
from tests.benchmarks.contenders import Contender
from tests.benchmarks.data import AT_ONCE, Catalogue
from tests.benchmarks.queries import Json, Query
from tests.benchmarks.rounds import Bench, Round

# Of a skill that is talked about; so many that a page does not hold them all.
_COMMENTS = 60
_PAGE = 50
_DISCUSSIONS = 8

_STANDING = """query ($slug: String!) {
  skill(slug: $slug) { id revision levels { requirements { id } } }
}"""
_PROPOSE = """mutation ($input: CreateProposalInput!) {
  created: createProposal(input: $input) { proposal { id } userErrors { message } }
}"""
_PREVIEW = """mutation ($input: PreviewProposalInput!) {
  previewed: previewProposal(input: $input) {
    preview {
      watcherCount
      skills {
        isOutdated
        before { roleCount levelCount mandatoryRequirementCount optionalRequirementCount }
        after { roleCount levelCount mandatoryRequirementCount optionalRequirementCount }
        changes { field before after segments { kind text } }
        lint { kind }
      }
      similarProposals { sharedFieldCount isSame proposal { number } }
    }
    userErrors { message }
  }
}"""
_ACCEPT = """mutation ($input: AcceptProposalInput!) {
  accepted: acceptProposal(input: $input) { proposal { state } userErrors { message } }
}"""
_COMMENT = """mutation ($input: AddCommentInput!) {
  added: addComment(input: $input) { comment { id } userErrors { message } }
}"""
_DISCUSSION = f"""query Discussion($slug: String!) {{
  skill(slug: $slug) {{
    comments(first: {_PAGE}) {{
      totalCount pageInfo {{ hasNextPage endCursor }}
      nodes {{ id state bodyHtml createdAt author {{ name }} replyCount reactions {{ kind count }} }}
    }}
  }}
}}"""

_Thing = TypeVar("_Thing")
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class Timing:
    """Seconds from each request to its answer, and from the first to the last of all of them."""

    each: Sequence[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.each) / self.seconds

    @property
    def p50(self) -> float:
        """Seconds."""
        return median(self.each)

    @property
    def p99(self) -> float:
        """Seconds."""
        return quantiles(self.each, n=100, method="inclusive")[-1]


@dataclass(frozen=True)
class Community:
    """What eight people at once do to as many different skills, and rounds of reading, one beside the other."""

    accepting: Timing
    previewing: Timing
    comments: list[Round]
    profile: list[Round]


def measure(
    bench: Bench,
    deployed: Contender,
    uncached: Contender,
    catalogue: Catalogue,
    profile: Query,
    proposals: int,
) -> Community:
    """Read at `uncached` while nobody writes; then preview and accept so many proposals at `deployed`."""
    with Asker(deployed.url("community")) as asker:
        people = _People(asker, catalogue)
        talked_about = catalogue.skills[:_DISCUSSIONS]
        bench.tell(f"{_DISCUSSIONS * _COMMENTS:,} comments")
        people.talk(talked_about)
        discussion = Query("comments", _DISCUSSION, [{"slug": slug} for slug in talked_about])
        rounds = bench.alternate(
            [
                bench.lane(uncached, query.name, query.bodies, label=query.name)
                for query in (discussion, profile)
            ]
        )
        bench.tell(f"{proposals:,} previews")
        wishes = people.wish(catalogue.skills[: proposals + AT_ONCE])
        previewing = _timed(wishes, people.preview)
        bench.tell(f"{proposals:,} proposals to be accepted")
        accepting = _timed(_together(wishes, people.propose), people.accept)
    return Community(accepting, previewing, rounds[discussion.name], rounds[profile.name])


class _People:
    """Eight who write and eight who review; `number` says which of them."""

    def __init__(self, asker: Asker, catalogue: Catalogue) -> None:
        self._ask = asker.ask
        self._authors, self._reviewers = catalogue.authors, catalogue.reviewers

    def talk(self, slugs: Sequence[str]) -> None:
        """Let each of these skills be talked about."""
        ids = _together(slugs, lambda slug, number: str(self._standing(slug, number)["id"]))
        _together([skill for skill in ids for _ in range(_COMMENTS)], self._comment)

    def wish(self, slugs: Sequence[str]) -> list[Json]:
        """New texts for each skill and one of its requirements."""
        return _together(slugs, self._wish)

    def preview(self, wish: Json, number: int) -> None:
        """Look at what it would come to."""
        self._ask(_PREVIEW, {"input": wish}, self._authors[number])

    def propose(self, wish: Json, number: int) -> str:
        """The proposal's id."""
        given = {"title": "Say it better", **wish}
        created = self._ask(_PROPOSE, {"input": given}, self._authors[number])["created"]
        return str(created["proposal"]["id"])

    def accept(self, proposal: str, number: int) -> None:
        """Into the catalogue."""
        self._ask(_ACCEPT, {"input": {"proposalId": proposal}}, self._reviewers[number])

    def _standing(self, slug: str, number: int) -> Json:
        found: Json = self._ask(_STANDING, {"slug": slug}, self._authors[number])["skill"]
        return found

    def _wish(self, slug: str, number: int) -> Json:
        skill = self._standing(slug, number)
        requirement = skill["levels"][0]["requirements"][0]["id"]
        text = f"What “{slug}” is, said anew ({secrets.token_hex(8)})."
        return {
            "skillId": skill["id"],
            "baseRevision": skill["revision"],
            "changes": [
                {"editSkill": {"summary": text}},
                {"editRequirement": {"requirementId": requirement, "description": text}},
            ],
        }

    def _comment(self, skill: str, number: int) -> None:
        body = (
            f"Is that *so* of all teams? See `{secrets.token_hex(8)}`.\n\n- Ours is **so**.\n- Others do not."
        )
        self._ask(_COMMENT, {"input": {"subjectId": skill, "body": body}}, self._authors[number])


def _timed(things: Sequence[_Thing], act: Callable[[_Thing, int], object]) -> Timing:
    """Do something to all things, and time all but the first of each person."""

    def seconds(thing: _Thing, number: int) -> float:
        start = perf_counter()
        act(thing, number)
        return perf_counter() - start

    _together(things[:AT_ONCE], act)
    begin = perf_counter()
    each = _together(things[AT_ONCE:], seconds)
    return Timing(each, perf_counter() - begin)


def _together(things: Sequence[_Thing], act: Callable[[_Thing, int], _Made]) -> list[_Made]:
    """What comes of each thing, where eight people do an eighth of them each, one after another."""

    def share(number: int) -> list[_Made]:
        return [act(thing, number) for thing in things[number::AT_ONCE]]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [made for some in pool.map(share, range(AT_ONCE)) for made in some]
