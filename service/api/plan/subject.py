"""What an answer depends on: one skill where it is about no other, or else any."""

from collections.abc import Iterable, Sequence

from service.api.node import NODE_TYPES
from service.api.plan.arguments import Reading
from service.api.plan.marks import ColumnField, RelationField
from service.api.plan.outline import Branch
from service.api.plan.rows import column_name
from service.api.responses import ANY, subject_of_slug
from service.sources import Source


def subject_of(root: Sequence[Branch], readings: Sequence[Reading]) -> str:
    """The subject of an operation with these arguments, as `service.api.responses` names it."""
    branches = [branch for branch in root if branch.mark is not None]
    if len(branches) != 1:
        return ANY
    (branch,) = branches
    if not isinstance(branch.mark, RelationField) or not branch.mark.is_subject or branch.site is None:
        return ANY
    if _spans_skills(branch.below, NODE_TYPES["Skill"].origin):
        return ANY
    return subject_of_slug(readings[branch.site].values[f"s{branch.site}_slug"])


def _spans_skills(branches: Iterable[Branch], source: Source) -> bool:
    """Whether another skill than the one that the branches stand below can change what they show."""
    for branch in branches:
        match branch.mark:
            case ColumnField() if column_name(branch) in source.by_skills:
                return True
            case RelationField():
                target = branch.target.origin
                if target.spans_skills or _spans_skills(_of_rows(branch), target):
                    return True
    return False


def _of_rows(branch: Branch) -> list[Branch]:
    """What is asked of the related rows: of a page, below its nodes and edges."""
    if not branch.mark.is_page:
        return branch.below
    nodes = [found for part in branch.below if part.name == "nodes" for found in part.below]
    edges = [found for part in branch.below if part.name == "edges" for found in part.below]
    return nodes + [found for edge in edges if edge.name == "node" for found in edge.below]
