"""What an answer depends on: the skills that it is about where it shows nothing of others, or else any."""

from collections.abc import Iterable, Sequence

from service.api.node import NODE_TYPES
from service.api.plan.arguments import Reading
from service.api.plan.marks import ColumnField, RelationField, ViewerField
from service.api.plan.outline import Branch
from service.api.plan.rows import column_name
from service.api.responses import ANY, subject_of_slug
from service.sources import Source


def subjects_of(root: Sequence[Branch], readings: Sequence[Reading]) -> tuple[str, ...]:
    """The subjects of an operation with these arguments, as `service.api.responses` names them, each once."""
    found: dict[str, None] = {}
    for branch in root:
        match branch.mark:
            case None | ViewerField():
                continue  # `__typename`, or null for nobody
            case RelationField(is_subject=True) if branch.site is not None and _is_about_itself(branch):
                found[subject_of_slug(readings[branch.site].values[f"s{branch.site}_slug"])] = None
            case _:
                return (ANY,)
    return tuple(found)


def is_of_one_skill(branches: Iterable[Branch], source: Source) -> bool:
    """Whether what the branches show of a row that belongs to a skill changes only with what is announced by its id."""
    return not _spans_skills(branches, source, is_own=True, has_followed=True)


def _is_about_itself(branch: Branch) -> bool:
    return not _spans_skills(branch.below, NODE_TYPES["Skill"].origin, is_own=True, has_followed=False)


def _spans_skills(branches: Iterable[Branch], source: Source, *, is_own: bool, has_followed: bool) -> bool:
    """Whether another skill than the one that the branches stand below can change what they show, unnoticed.

    A change of a skill is announced for those that follow it as well, by their slugs, but for none that follow these.
    The rows `is_own` while they belong to the one skill, or the one that it follows. From a row that belongs to no
    skill, a person for example, a relation comes back to rows of skills: to those of any.
    """
    for branch in branches:
        match branch.mark:
            case ColumnField() if column_name(branch) in source.by_skills:
                return True
            case RelationField(follows=follows):
                target, is_followed = branch.target.origin, follows and not has_followed
                stays = is_followed or (is_own and _stays(branch.mark, source, target))
                comes_back = target.of_skills and not source.of_skills
                if (target.spans_skills or comes_back) and not stays:
                    return True
                follows_on = has_followed or is_followed
                if _spans_skills(_of_rows(branch), target, is_own=stays, has_followed=follows_on):
                    return True
    return False


def _stays(relation: RelationField, source: Source, target: Source) -> bool:
    """Whether the related rows belong to the very skill that the row belongs to."""
    return target.skill is not None and relation.on.get(target.skill, "") == source.skill


def _of_rows(branch: Branch) -> list[Branch]:
    """What is asked of the related rows: of a page, below its nodes and edges."""
    if not branch.mark.is_page:
        return branch.below
    nodes = [found for part in branch.below if part.name == "nodes" for found in part.below]
    edges = [found for part in branch.below if part.name == "edges" for found in part.below]
    return nodes + [found for edge in edges if edge.name == "node" for found in edge.below]
