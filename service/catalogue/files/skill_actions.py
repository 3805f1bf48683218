"""Writes skills with their requirements and revisions: new ones in bulk, changed ones one by one."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.catalogue.actions import revise_skill
from service.catalogue.content import EMPTY, Content, change_to_json, diff
from service.catalogue.files.entries import Kind, SkillEntry
from service.catalogue.files.planning.plan import SkillPlan
from service.catalogue.files.planning.references import wanted_content
from service.catalogue.files.progress import Progress
from service.catalogue.files.queries import among
from service.catalogue.files.stored import StoredSkill
from service.catalogue.models import FormerSlug, Requirement, Revision, Skill
from service.catalogue.search import index_texts

_AT_ONCE = 200


class SkillWriter:
    """Writes one import's skills. `touched` lists the ids of those whose requirements may have changed."""

    def __init__(
        self,
        session: AsyncSession,
        framework_id: int,
        ids: dict[Kind, dict[str, int]],
        *,
        at: datetime,
        prune: bool,
        progress: Progress,
    ) -> None:
        self.touched: list[int] = []
        self._session = session
        self._framework_id = framework_id
        self._ids = ids
        self._at = at
        self._prune = prune
        self._progress = progress

    async def add(self, entries: Sequence[SkillEntry]) -> None:
        """Write new skills, each at its revision 1."""
        for batch in _batches(entries):
            await self._add_rows(batch)
        # Only now has every skill that another may name an id.
        written = 0
        for batch in _batches(entries):
            await self._add_contents(batch)
            written += len(batch)
            self._progress("adding skills", written, len(entries))

    async def change(self, plans: Sequence[SkillPlan]) -> None:
        """Revise, redate, and keep former slugs of existing skills, whose rows are locked."""
        written = 0
        for batch in _batches(sorted(plans, key=lambda plan: plan.stored.id)):
            await self._revise([plan for plan in batch if plan.is_revised])
            await self._redate([plan for plan in batch if plan.new_date is not None])
            await self._keep_slugs(
                [(plan.stored.id, slug) for plan in batch for slug in plan.new_former_slugs]
            )
            written += len(batch)
            self._progress("changing skills", written, len(plans))

    async def remove(self, skills: Sequence[StoredSkill]) -> None:
        """Take skills away with all that is theirs: they may replace one another, so all at once."""
        if skills:
            await self._session.execute(
                sa.delete(Skill).where(col(Skill.id).in_([skill.id for skill in skills]))
            )

    async def _add_rows(self, entries: Sequence[SkillEntry]) -> None:
        rows = []
        for entry in entries:
            content = self._content(entry)
            # The skill that replaces this one may not be written yet.
            fields = {**content.fields, "replaced_by_id": None}
            at = self._date(entry.last_updated_on)
            rows.append({**fields, "framework_id": self._framework_id, "revision": 1, "last_updated_at": at})
        statement: Any = sa.insert(Skill).returning(col(Skill.slug), col(Skill.id))
        self._ids[Kind.SKILLS] |= {row.slug: row.id for row in await self._session.execute(statement, rows)}

    async def _add_contents(self, entries: Sequence[SkillEntry]) -> None:
        contents = [(self._ids[Kind.SKILLS][entry.slug], entry, self._content(entry)) for entry in entries]
        self.touched += [skill_id for skill_id, _, _ in contents]
        await self._insert(
            Requirement, [row for item in contents for row in self._requirement_rows(item[0], item[2])]
        )
        await self._insert(Revision, [self._revision_row(*item) for item in contents])
        await self._keep_slugs(
            [(skill_id, slug) for skill_id, entry, _ in contents for slug in entry.former_slugs]
        )
        replaced = [
            {"id": skill_id, "replaced_by_id": content.fields["replaced_by_id"]}
            for skill_id, _, content in contents
            if content.fields["replaced_by_id"] is not None
        ]
        if replaced:
            await self._session.execute(sa.update(Skill), replaced)
        await index_texts(self._session, [skill_id for skill_id, _, _ in contents])

    def _requirement_rows(self, skill_id: int, content: Content) -> Iterator[dict[str, Any]]:
        for place, fields in sorted(content.requirements.items()):
            yield {
                "framework_id": self._framework_id,
                "skill_id": skill_id,
                "role_id": place.role_id,
                "level_id": place.level_id,
                "revision": 1,
                **fields,
            }

    def _revision_row(self, skill_id: int, entry: SkillEntry, content: Content) -> dict[str, Any]:
        changes = [change_to_json(change) for change in diff(EMPTY, content)]
        at = self._date(entry.last_updated_on)
        return {"skill_id": skill_id, "number": 1, "changed_at": at, "reason": "", "changes": changes}

    async def _revise(self, plans: Sequence[SkillPlan]) -> None:
        statement = sa.select(Skill).where(among(col(Skill.id), [plan.stored.id for plan in plans]))
        skills = {skill.id: skill for skill in (await self._session.execute(statement)).scalars()}
        for plan in plans:
            changes = diff(plan.stored.content, self._content(plan.entry, plan.stored))
            at = self._date(plan.entry.last_updated_on)
            await revise_skill(self._session, skills[plan.stored.id], changes, at=at, by=None)
            self.touched.append(plan.stored.id)

    async def _redate(self, plans: Sequence[SkillPlan]) -> None:
        """Correct a date: the content is as it was, so there is no new revision."""
        for plan in plans:
            at = self._date(plan.new_date)
            is_last = (col(Revision.skill_id) == plan.stored.id) & (
                col(Revision.number) == plan.stored.revision
            )
            await self._session.execute(sa.update(Revision).where(is_last).values(changed_at=at))
            is_it = col(Skill.id) == plan.stored.id
            await self._session.execute(sa.update(Skill).where(is_it).values(last_updated_at=at))

    async def _keep_slugs(self, slugs: Sequence[tuple[int, str]]) -> None:
        await self._insert(FormerSlug, [{"skill_id": skill_id, "slug": slug} for skill_id, slug in slugs])

    async def _insert(self, model: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            await self._session.execute(sa.insert(model), rows)

    def _content(self, entry: SkillEntry, stored: StoredSkill | None = None) -> Content:
        return wanted_content(entry, stored, self._ids, prune=self._prune)

    def _date(self, day: date | None) -> datetime:
        """The day's first moment, or the import's own time where the files give no day."""
        return self._at if day is None else datetime.combine(day, time(), tzinfo=UTC)


def _batches(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
