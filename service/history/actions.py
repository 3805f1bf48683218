"""Taking a revision back."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.activity import actions as activity
from service.activity.models import Event, EventKind
from service.catalogue import actions as catalogue
from service.catalogue.content import change_to_json, inverse
from service.catalogue.models import Revision
from service.history import queries, rules
from service.people.models import Person
from service.proposals import merging, reviewing
from service.proposals.changes import Part
from service.proposals.merging import Prospect
from service.proposals.rules import clean_words


async def revert_revision(
    session: AsyncSession, revision_id: int, *, by: Person, reason: str, at: datetime
) -> list[Revision]:
    """Bring the values back that the revision replaced, as a new revision; those of a change set go back as one.

    The new revisions are of the skills that still say any of it, in the order of their ids.

    Raises:
        Rejected: of `ChangedAgain`, one per field that a later change has touched; nothing is written.
        OutsideDomains: one of the skills is of a domain that the reviewer does not review.
        NotFound, InvalidInput, Conflict: see `service.history.rules` and `service.catalogue.rules`.
    """
    why = clean_words(reason, reader="whoever watches the skill")
    undone = {revision.skill_id: revision for revision in await queries.get_act(session, revision_id)}
    rules.ensure_can_revert(undone.values())
    await reviewing.ensure_within_domains(session, undone, by)
    parts = [
        Part(skill_id, revision.number, inverse(queries.changes_of(revision)))
        for skill_id, revision in undone.items()
    ]
    prospects = await merging.prospects_of(session, parts)
    await merging.ensure_no_conflicts(session, prospects, error=rules.ChangedAgain)
    changing = [prospect for prospect in prospects if prospect.changes]
    if not changing:
        raise rules.AlreadyTakenBack
    for prospect in changing:
        await merging.ensure_fits(session, prospect)

    written: list[Revision] = []
    first: Event | None = None
    for prospect in changing:
        taken_back = undone[prospect.skill.id]
        revision = await catalogue.revise_skill(
            session, prospect.skill, prospect.changes, at=at, by=by.id, reason=why, reverts_id=taken_back.id
        )
        event = await _record(session, revision, prospect, taken_back, by=by, part_of=first)
        written, first = [*written, revision], first or event
    return written


async def _record(
    session: AsyncSession,
    revision: Revision,
    prospect: Prospect,
    taken_back: Revision,
    *,
    by: Person,
    part_of: Event | None,
) -> Event:
    """The proposal behind what was taken back goes with it, so that its author hears."""
    return await activity.record(
        session,
        EventKind.REVISION_REVERTED,
        at=revision.changed_at,
        actor_id=by.id,
        skill_id=prospect.skill.id,
        proposal_id=taken_back.proposal_id,
        part_of=part_of,
        revision=revision.number,
        reverts=taken_back.number,
        reason=revision.reason,
        changes=[change_to_json(change) for change in prospect.changes],
    )
