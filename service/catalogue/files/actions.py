"""Imports a catalogue into the database, says beforehand what that would do, and exports it again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from service.activity import actions as activity
from service.activity.models import EventKind
from service.catalogue.files import queries
from service.catalogue.files.entries import CatalogueFile
from service.catalogue.files.exporting.stating import state
from service.catalogue.files.faults import quoted
from service.catalogue.files.planning.drawing import draw_up
from service.catalogue.files.planning.plan import Blueprint, ImportPlan
from service.catalogue.files.progress import Progress, in_silence
from service.catalogue.files.row_actions import remove_rows, write_framework, write_rows
from service.catalogue.files.skill_actions import SkillWriter
from service.errors import NotFound

Recount = Callable[[AsyncSession, Sequence[int]], Awaitable[object]]

# Imports take turns: any number will do, as long as it is always the same.
_LOCK = 7_405_193_302
# A statement of an import may wait for another import, and writes more than a request does.
_STATEMENT_TIMEOUT_MS = 300_000
_RECOUNTED_AT_ONCE = 1_000


class FrameworkNotFound(NotFound):
    """No framework has the slug, or none is the default one."""

    def __init__(self, slug: str | None, known: Sequence[str]) -> None:
        listed = f" There are: {', '.join(known)}." if known else " Import a catalogue first."
        super().__init__(
            f"There is no {'default framework' if slug is None else f'framework {quoted(slug)}'}.{listed}"
        )


async def plan_import(session: AsyncSession, catalogue: CatalogueFile, *, prune: bool = False) -> ImportPlan:
    """What an import would do as things stand now; writes and locks nothing.

    Raises:
        FaultyCatalogue: as `import_catalogue`.
    """
    stored = await queries.load_for_import(session, catalogue, prune=prune, lock=False)
    return draw_up(catalogue, stored, prune=prune).summary


async def import_catalogue(
    session: AsyncSession,
    catalogue: CatalogueFile,
    *,
    at: datetime,
    recount: Recount,
    prune: bool = False,
    progress: Progress | None = None,
) -> ImportPlan:
    """Bring the framework to what the files state, in the caller's transaction; returns what was done.

    `at` dates what the files give no date. With `prune` what the files do not mention is removed, in the sections
    that they have. `recount` recomputes the counters of the skills with the given ids. `progress` hears a stage, the
    number done and the total.

    Raises:
        FaultyCatalogue: with every fault of the files and against the database; nothing was written.
    """
    await _begin(session)
    stored = await queries.load_for_import(session, catalogue, prune=prune, lock=True)
    blueprint = draw_up(catalogue, stored, prune=prune)
    if not blueprint.summary.is_empty:
        await _write(session, blueprint, at=at, recount=recount, progress=progress or in_silence)
    return blueprint.summary


async def export_catalogue(session: AsyncSession, framework_slug: str | None = None) -> CatalogueFile:
    """All of the framework of the slug, or of the default one, as it stood at one moment; needs a fresh session.

    Raises:
        NotFound: there is no such framework.
    """
    # One picture for all statements, whoever writes in between.
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    framework = await queries.find_framework(session, framework_slug)
    if framework is None:
        raise FrameworkNotFound(framework_slug, await queries.framework_slugs(session))
    stored = await queries.load_for_export(session, framework)
    ids = {skill.content.fields["replaced_by_id"] for skill in stored.skills.values()}
    replacements = await queries.slugs_of_skills(
        session, [row_id for row_id in ids if isinstance(row_id, int)]
    )
    return state(stored, replacements)


async def _begin(session: AsyncSession) -> None:
    timeout = sa.func.set_config("statement_timeout", str(_STATEMENT_TIMEOUT_MS), True)
    await session.execute(sa.select(timeout))
    await session.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


async def _write(
    session: AsyncSession, blueprint: Blueprint, *, at: datetime, recount: Recount, progress: Progress
) -> None:
    """Additions come first and removals last, so that nothing is ever missing that something refers to."""
    framework_id = await write_framework(session, blueprint)
    ids = await write_rows(session, framework_id, blueprint)
    skills = SkillWriter(session, framework_id, ids, at=at, prune=blueprint.is_pruning, progress=progress)
    await skills.add(blueprint.new_skills)
    await skills.change(blueprint.changed_skills)
    await skills.remove(blueprint.removed_skills)
    await remove_rows(session, blueprint)
    for start in range(0, len(skills.touched), _RECOUNTED_AT_ONCE):
        await recount(session, skills.touched[start : start + _RECOUNTED_AT_ONCE])
        progress("counting", min(start + _RECOUNTED_AT_ONCE, len(skills.touched)), len(skills.touched))
    await activity.record(
        session,
        EventKind.CATALOGUE_IMPORTED,
        at=at,
        about=sorted(set(skills.touched)),
        framework=blueprint.summary.framework,
        counts=blueprint.summary.counts(),
    )
