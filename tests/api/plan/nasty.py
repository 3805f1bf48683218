"""A small catalogue of everything that is hard to write as JSON, to order or to count.

Rows get the same ids each time it is made in an empty database, so that documents may name them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from service.activity.models import Event, EventKind
from service.catalogue.content import ChangeKind
from service.catalogue.models import (
    Domain,
    FormerSlug,
    Framework,
    Group,
    Level,
    Necessity,
    Proficiency,
    Requirement,
    ReviewRule,
    Role,
    Skill,
    SkillCounters,
    SkillStatus,
)
from service.catalogue.search import index_texts
from service.comments.models import Comment, CommentVersion, Reaction, ReactionKind
from service.credentials.models import BrowserSession, Token
from service.notifications.models import Notification
from service.people.models import Person, PersonRole
from service.people.trust import Gate
from service.plans.models import Plan, Tick
from service.proposals.models import (
    DeclineReason,
    Proposal,
    ProposalChange,
    ProposalReview,
    ProposalSkill,
    ProposalState,
    ProposalVersion,
    Verdict,
)
from service.watches.models import Watch, WatchReason

CONTROLS = "".join(map(chr, range(1, 32)))
TEXTS = (
    "plain",
    "\"'`´ double, single, \\ back \\\\ and \\u0041 / slashes",
    f"a{CONTROLS}\x7f\x80\x9fb",
    "lines\r\n\tapart\u2028and\u2029further\x85",
    "  spaces around  ",
    "🧑‍🚀🏳️‍🌈 \U0010ffff \uffff \ufdd0",
    "\u202eتسليم تدريجي\u202c \u200f",
    "Z\u0335\u0335\u0335 é e\u0301 ß ẞ İ ı",
    "%s %(x)s {0} $1 :name %% _ 100% \\%",
    "</script><!-- ]]> ' || pg_sleep(9) || '",
    "null",
    "",
)
NAMES = tuple(text for text in TEXTS if text)
TIMES = (
    datetime(2026, 3, 17, tzinfo=UTC),
    datetime(2026, 3, 17, 8, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 3, 17, 8, 0, 0, 120_000, tzinfo=UTC),
    datetime(2, 1, 1, tzinfo=UTC),
    datetime(9998, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
)
FRAMEWORKS = ("own", "other", "empty")
SKILLS = 14


def pick(items: Sequence[Any], index: int) -> Any:
    """The items in turns."""
    return items[index % len(items)]


async def make_nasty(session: AsyncSession) -> None:
    """Write the catalogue, its people and what they have proposed."""
    people = [
        Person(
            email=f"person{n}@skills.test", name=pick(NAMES, n), role=pick(list(PersonRole), n), created_at=at
        )
        for n, at in enumerate(TIMES)
    ]
    await _add(session, people)
    await _add(session, _frameworks())
    await _add(session, _ladders())
    await _add(session, _roles())
    await _add(session, _domains())
    await _add(session, _groups())
    await _add(session, _skills())
    await _add(session, _requirements())
    await index_texts(session, range(1, SKILLS + 1))
    await _add(session, [FormerSlug(slug="former", skill_id=1), FormerSlug(slug="former-draft", skill_id=3)])
    await _add(session, _counters())
    await _add(session, [_session(person_id) for person_id in (1, 2)])
    await _add(session, [_token(person_id) for person_id in (1, 2)])
    await _add(session, _proposals())
    await _add(session, _watches())
    await _add(session, [*_plans(), *_ticks()])
    await _add(session, _versions())
    await _add(session, _touched())
    await _add(session, _changes())
    await _add(session, _reviews())
    await _add(session, [ReviewRule(domain_id=1, approvals=2), ReviewRule(skill_id=2, approvals=1)])
    await _add(session, _comments())
    await _add(session, _versions_and_reactions())
    await _add(session, _told())


async def _add(session: AsyncSession, rows: Sequence[Any]) -> None:
    """One after another, so that ids go by the order written here."""
    for row in rows:
        session.add(row)
        await session.flush()


def _frameworks() -> list[Framework]:
    return [
        Framework(
            slug=slug,
            name=pick(NAMES, 1 + n),
            is_default=slug == "own",
            version=pick([None, "", "1.0"], n),
            licence=pick(['CC-BY 4.0 "quoted"', None], n),
            attribution=pick([None, TEXTS[2]], n),
            source=pick([TEXTS[9], None, ""], n),
        )
        for n, slug in enumerate(FRAMEWORKS)
    ]


def _ladders() -> list[Level]:
    # Two frameworks share slugs, and ranks neither begin at 1 nor go by the age of the row.
    return [
        Level(framework_id=1, slug=f"level-{n}", name=pick(NAMES, n), rank=rank)
        for n, rank in enumerate((7, 2, 2_147_483_647))
    ] + [Level(framework_id=2, slug=f"level-{n}", name=pick(NAMES, n), rank=n + 1) for n in range(2)]


def _roles() -> list[Role]:
    # The last of the first framework asks for nothing; three share a position, two of them a name.
    return [
        Role(framework_id=1, slug="role-0", name="Same", position=3, family=TEXTS[4]),
        Role(framework_id=1, slug="role-1", name="Same", position=3, family=""),
        Role(framework_id=1, slug="role-2", name=TEXTS[2], position=3),
        Role(framework_id=1, slug="role-3", name="Asks for nothing", position=-1),
        Role(framework_id=2, slug="role-4", name=TEXTS[6], position=0, family=TEXTS[5]),
    ]


def _domains() -> list[Domain]:
    return [
        Domain(framework_id=1, slug="domain-0", name=TEXTS[3], position=1),
        Domain(framework_id=1, slug="domain-1", name="Twin", position=0),
        Domain(framework_id=1, slug="domain-2", name="Twin", position=0),
        Domain(framework_id=2, slug="domain-3", name=TEXTS[8], position=0),
    ]


def _groups() -> list[Group]:
    # The third domain has no group, the third group no skill.
    return [
        Group(framework_id=1, domain_id=1, slug="group-0", name="Twin"),
        Group(framework_id=1, domain_id=1, slug="group-1", name="Twin"),
        Group(framework_id=1, domain_id=2, slug="group-2", name=TEXTS[1], position=-5),
        Group(framework_id=2, domain_id=4, slug="group-3", name=TEXTS[5], position=2),
    ]


def _skills() -> list[Skill]:
    statuses = [SkillStatus.PUBLISHED, SkillStatus.DEPRECATED, SkillStatus.DRAFT, SkillStatus.PUBLISHED]
    found = []
    for n in range(SKILLS):
        status = pick(statuses, n)
        framework = 2 if n % 5 == 4 else 1
        found.append(
            Skill(
                framework_id=framework,
                group_id=4 if framework == 2 else 1 + n % 2,
                slug=f"skill-{n}",
                # Some bear the same name.
                name="Same" if n in (3, 5, 7) else pick(NAMES, n),
                summary=pick(TEXTS, n),
                keywords=list(TEXTS[: n % 13]),
                status=status,
                replaced_by_id=n if status is SkillStatus.DEPRECATED and n > 2 else None,
                revision=1 + n % 3,
                last_updated_at=pick(TIMES, n),
                last_updated_by_id=pick([None, 1, 3], n),
            )
        )
    return found


def _requirements() -> list[Requirement]:
    found = []
    for n in range(SKILLS):
        framework = 2 if n % 5 == 4 else 1
        levels, roles = ((4, 5), (5,)) if framework == 2 else ((1, 2, 3), (1, 2, 3))
        for at, level in enumerate(levels):
            for who, role in enumerate(roles):
                # The sixth skill asks for nothing.
                if n == 5 or (n + at + who) % 3 == 0:
                    continue
                found.append(
                    Requirement(
                        framework_id=framework,
                        skill_id=n + 1,
                        role_id=role,
                        level_id=level,
                        necessity=pick(list(Necessity), n + who),
                        proficiency=pick([None, *Proficiency], n + at),
                        description=pick(NAMES, n + 3 * at + who),
                        revision=1 + n % 3,
                    )
                )
    return found


def _counters() -> list[SkillCounters]:
    """Some of the skill's own revision, some older, some missing; all wrong, so that it shows which were read."""
    return [
        SkillCounters(
            skill_id=n + 1,
            revision=max(1, 1 + n % 3 - n % 2),
            role_count=100 + n,
            level_count=200 + n,
            mandatory_requirement_count=300 + n,
            optional_requirement_count=400 + n,
        )
        for n in range(SKILLS)
        if n % 4 != 3
    ]


def _watches() -> list[Watch]:
    at = TIMES[1]
    watching = WatchReason.WATCHING
    return [
        Watch(person_id=1, skill_id=1, reason=watching, created_at=at),
        Watch(person_id=2, skill_id=1, reason=WatchReason.AUTHOR, created_at=TIMES[0]),
        Watch(person_id=3, skill_id=1, reason=watching, created_at=at, ended_at=at),
        Watch(person_id=2, skill_id=2, reason=watching, created_at=at),
        *(
            Watch.model_validate(
                {
                    "person_id": person_id,
                    "reason": watching,
                    "created_at": at,
                    "is_muted": person_id == 3,
                    subject: key,
                }
            )
            for person_id in (1, 2, 3)
            for subject in ("group_id", "domain_id", "role_id", "proposal_id")
            for key in (1, 2)
        ),
    ]


def _plans() -> list[Plan]:
    return [Plan(person_id=who, role_id=who, level_id=1, goal_id=3, changed_at=TIMES[who]) for who in (1, 2)]


def _ticks() -> list[Tick]:
    """Everybody's but the third's own number, of rows that have changed, have not, and are not there."""
    return [
        Tick(
            person_id=who,
            skill_id=skill,
            role_id=role,
            level_id=level,
            text=pick(NAMES, skill + 3 * (level - 1) + role - 1 + nth),
            revision=1 + (skill + nth) % 3,
            ticked_at=TIMES[nth],
        )
        for who in (1, 2)
        for skill in (1, 2, 3)
        for role in (1, 2, 3)
        for level in (1, 2, 3)
        for nth in range(who)
    ]


def _told() -> list[Event | Notification]:
    """An event, and the notifications of two people who hear of it."""
    at = TIMES[1]
    return [
        Event(kind=EventKind.PROPOSAL_CREATED, happened_at=at, actor_id=3, skill_id=1, proposal_id=1),
        *(
            Notification(
                event_id=1,
                person_id=person_id,
                watch_id=person_id,
                reason=WatchReason.WATCHING,
                created_at=at,
            )
            for person_id in (1, 2)
        ),
    ]


def _session(person_id: int) -> BrowserSession:
    at = TIMES[1]
    return BrowserSession(
        person_id=person_id,
        hash=bytes([person_id]),
        browser=pick(TEXTS, person_id),
        created_at=at,
        last_seen_at=at,
        expires_at=TIMES[4],
    )


def _token(person_id: int) -> Token:
    return Token(
        person_id=person_id,
        hash=bytes([person_id]),
        name=pick(NAMES, person_id),
        scopes=["READ"],
        created_at=TIMES[1],
        signed_in_at=TIMES[1],
    )


def _proposals() -> list[Proposal]:
    found = []
    for n in range(9):
        state = pick(list(ProposalState), n)
        decided = state is not ProposalState.OPEN
        found.append(
            Proposal(
                skill_id=_first_skill(n),
                version=1 + n % 2,
                title=pick(NAMES, n),
                reason=pick(TEXTS, 11 + n),
                state=state,
                author_id=pick([1, 2, None], n),
                created_at=pick(TIMES, n),
                active_at=pick(TIMES, n + 2),
                stale_at=pick([None, TIMES[0]], n),
                decided_at=pick(TIMES, n + 1) if decided else None,
                decided_by_id=pick([3, 4, None], n) if decided else None,
                decline_reason=pick(list(DeclineReason), n) if state is ProposalState.DECLINED else None,
                decision_reason=pick(TEXTS, n) if state is ProposalState.DECLINED else None,
            )
        )
    return found


def _first_skill(n: int) -> int:
    return 1 + (n * n) % 4


def _versions() -> list[ProposalVersion]:
    """Every second proposal has been edited once."""
    return [
        ProposalVersion(
            proposal_id=1 + n,
            number=number,
            title=pick(NAMES, n),
            reason=pick(TEXTS, 11 + n),
            written_by_id=pick([1, 2, None], n),
            written_at=pick(TIMES, n),
        )
        for n in range(9)
        for number in range(1, 2 + n % 2)
    ]


def _touched() -> list[ProposalSkill]:
    """One skill each; every third proposal one more, with the lower position in the later row."""
    found = []
    for version in _versions():
        n = version.proposal_id - 1
        skills = [_first_skill(n), 5 + n][: 1 if n % 3 else 2]
        for position, skill_id in reversed(list(enumerate(skills))):
            accepted = pick(list(ProposalState), n) is ProposalState.ACCEPTED
            found.append(
                ProposalSkill(
                    proposal_id=version.proposal_id,
                    version=version.number,
                    skill_id=skill_id,
                    position=position,
                    base_revision=1 + n % 2,
                    applied_revision=2 + n if accepted else None,
                )
            )
    return found


def _reviews() -> list[ProposalReview]:
    """Of present and earlier versions; some people have changed their mind."""
    return [
        ProposalReview(
            proposal_id=version.proposal_id,
            version=version.number,
            person_id=pick([3, 4, None, 3], n),
            verdict=pick(list(Verdict), n // 2),
            text=pick(NAMES, n),
            reviewed_at=pick(TIMES, n),
        )
        for n, version in enumerate(_versions() * 3)
    ]


def _changes() -> list[ProposalChange]:
    """Of each kind, positions out of the order of the rows; the last proposal has none."""
    found = []
    for n in range(16):
        kind = pick(list(ChangeKind), n)
        to_skill = kind is ChangeKind.EDIT_SKILL
        edit = {"field": "description", "before": pick(TEXTS, n), "after": None}
        found.append(
            ProposalChange(
                proposal_id=1 + n // 2,
                skill_id=_first_skill(n // 2),
                position=1 - n % 2,
                kind=kind,
                role_id=None if to_skill else 1 + n % 3,
                level_id=None if to_skill else 1 + n % 3,
                fields=[edit],
            )
        )
    return found


def _comments() -> list[Comment]:
    """On the first skills, their requirements and proposals; every third answers, some are held, hidden or deleted."""
    found = []
    for n in range(24):
        answers = n % 3 == 2
        of_proposal, of_requirement = n % 6 >= 3, n % 6 < 3 and n % 4 == 0
        at = pick(TIMES, n)
        found.append(
            Comment(
                skill_id=1 + (n // 6) % 2,
                role_id=1 if of_requirement else None,
                level_id=1 if of_requirement else None,
                proposal_id=1 + n // 12 if of_proposal else None,
                thread_id=n if answers else None,
                author_id=pick([1, 2, None, 3, 4], n),
                body=pick(NAMES, n),
                html=[f"<p>{pick(NAMES, n)}", " and ", "</p>"]
                if n % 5 == 0
                else [f"<p>{pick(NAMES, n)}</p>"],
                mentions=[1 + n % 6, 99] if n % 5 == 0 else [],
                gate=pick(
                    [Gate.OPEN, Gate.OPEN, Gate.OPEN, Gate.HELD, Gate.OPEN, Gate.REJECTED, Gate.OPEN], n
                ),
                created_at=at,
                edited_at=at if n % 4 == 1 else None,
                deleted_at=at if n % 7 == 1 else None,
                hidden_at=at if n % 7 == 2 else None,
                resolved_at=at if n % 9 == 0 and not answers else None,
                resolved_by_id=2 if n % 9 == 0 else None,
            )
        )
    return found


def _versions_and_reactions() -> list[CommentVersion | Reaction]:
    """Of every fourth comment an earlier text; reactions of two people who differ, and of others."""
    versions = [
        CommentVersion(comment_id=1 + n, number=1 + n % 2, body=pick(NAMES, n + 3), written_at=pick(TIMES, n))
        for n in range(0, 24, 4)
    ]
    kinds = list(ReactionKind)
    reactions = {(1 + n % 5, pick(kinds, n * n), 1 + n % 6) for n in range(24)}
    first = {(comment, kinds[person], person) for comment in (1, 7, 9) for person in (1, 2)}
    return [
        *versions,
        *(
            Reaction(comment_id=comment, kind=kind, person_id=person, created_at=TIMES[0])
            for comment, kind, person in sorted(reactions | first)
        ),
    ]
