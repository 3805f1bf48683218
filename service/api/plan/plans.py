"""The plans of a process: what was compiled for an operation, kept as long as the operation is ready to run."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import strawberry
from graphql import (
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    VariableNode,
    get_variable_values,
)
from graphql.execution.values import VariableValues

from service.api.documents import Document, Operation
from service.api.failures import RequestError
from service.api.plan.arguments import ArgumentReader, Reading
from service.api.plan.gaps import Gap
from service.api.plan.outline import Branch, NotCovered, Outline, Outliner, directive_variables
from service.api.plan.pieces import Piece
from service.api.plan.statements import Statement, compile_outline
from service.api.plan.subject import subjects_of
from service.api.plan.viewpoint import values_of
from service.errors import DomainError
from service.sources import Viewpoint

# An operation of more shapes of arguments than this is answered, but its plans are made anew in turns.
_SHAPES_MAX = 32
# What is kept weighs about so many bytes: a document for each letter, an outline for each field, a statement for each
# letter and for each of its shape's arguments.
_LETTER_BYTES, _BRANCH_BYTES, _SQL_BYTES, _READING_BYTES = 50, 800, 2, 200

Key = TypeVar("Key", bound=Hashable)
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Question:
    """A statement with the values of its parameters in order. Its one value is the JSON of `data`.

    `subjects` are what the answer depends on, as `service.api.responses` names it. It has `gaps` where somebody who is
    signed in has something of their own, and holes for `pieces`; `whole` is the same without these holes.
    """

    sql: str
    values: list[Any]
    subjects: tuple[str, ...]
    gaps: tuple[Gap, ...] = ()
    pieces: tuple[Piece, ...] = ()
    whole: "Question | None" = None


@dataclass
class _Shaped:
    """An outline, which of its arguments are the same for every request, and the statements for their shapes."""

    outlined: Outline
    outliner: Outliner
    fixed: dict[int, Reading]
    statements: dict[tuple[Hashable, ...], Statement | None] = field(default_factory=dict)

    @property
    def size(self) -> int:
        statements = sum(
            len(key) * _READING_BYTES + (0 if statement is None else statement.letters * _SQL_BYTES)
            for key, statement in self.statements.items()
        )
        return self.outliner.made * _BRANCH_BYTES + statements


class OperationPlans:
    """The plans of one operation of one document; `size` is about their bytes, 0 as long as there are none."""

    def __init__(self, document: Document, operation: Operation) -> None:
        self.document = document
        self.operation = operation
        self.directives = directive_variables(document.node)
        self.shaped: dict[Hashable, _Shaped | None] = {}
        self.size = 0

    def weigh(self) -> None:
        """Work out the size anew, after something was added."""
        self.size = len(self.document.text) * _LETTER_BYTES
        for shaped in self.shaped.values():
            if shaped is not None:
                self.size += shaped.size


class Planner:
    """Plans the operations of one schema."""

    def __init__(self, schema: strawberry.Schema, graphql_schema: GraphQLSchema) -> None:
        self._schema = graphql_schema
        self._reader = ArgumentReader(schema.config, schema.schema_converter.scalar_registry)

    def question(
        self, plans: OperationPlans, variables: dict[str, Any], viewpoint: Viewpoint
    ) -> Question | None:
        """What to ask PostgreSQL for the operation with these variables.

        None where the ordinary executor is to answer: for what has no SQL, and for wrong arguments, whose errors are
        the executor's to tell.
        """
        definitions = plans.operation.node.variable_definitions or ()
        values = get_variable_values(self._schema, definitions, variables)
        if isinstance(values, list):
            return None
        shaped = self._shaped(plans, values)
        if shaped is None:
            return None
        try:
            readings = [
                shaped.fixed.get(index) or self._reader.read(branch, values)
                for index, branch in enumerate(shaped.outlined.sites)
            ]
        except (RequestError, DomainError, GraphQLError):
            return None
        statement = self._statement(plans, shaped, readings, has_viewer=viewpoint.person_id is not None)
        if statement is None:
            return None
        given = values_of(viewpoint)
        for reading in readings:
            given.update(reading.values)
        return _question(statement, given, subjects_of(shaped.outlined.root, readings))

    def _statement(
        self, plans: OperationPlans, shaped: _Shaped, readings: list[Reading], *, has_viewer: bool
    ) -> Statement | None:
        has_viewer = has_viewer and shaped.outliner.asks_for_viewer
        key = (has_viewer, *(reading.key for reading in readings))
        if key not in shaped.statements:
            _make_room(shaped.statements)
            shaped.statements[key] = self._compiled(shaped, readings, has_viewer=has_viewer)
            plans.weigh()
        return shaped.statements[key]

    def _compiled(self, shaped: _Shaped, readings: list[Reading], *, has_viewer: bool) -> Statement | None:
        def branches_of(branch: Branch, type_name: str) -> list[Branch]:
            kind = self._schema.type_map[type_name]
            assert isinstance(kind, GraphQLObjectType)
            return shaped.outliner.branches_of_node(branch, kind)

        try:
            shapes = [reading.shape() for reading in readings]
            return compile_outline(shaped.outlined, shapes, branches_of, has_viewer=has_viewer)
        except NotCovered:
            return None

    def _shaped(self, plans: OperationPlans, variables: VariableValues) -> _Shaped | None:
        key = tuple(variables.coerced.get(name) for name in plans.directives)
        if key not in plans.shaped:
            _make_room(plans.shaped)
            plans.shaped[key] = self._outlined(plans, variables)
            plans.weigh()
        return plans.shaped[key]

    def _outlined(self, plans: OperationPlans, variables: VariableValues) -> _Shaped | None:
        outliner = Outliner(self._schema, plans.document.node, variables.coerced)
        try:
            outline = outliner.outline(plans.operation.node)
            fixed = {
                index: self._reader.read(branch, variables)
                for index, branch in enumerate(outline.sites)
                if not _reads_variables(branch)
            }
        except (NotCovered, RequestError, DomainError, GraphQLError):
            return None
        return _Shaped(outline, outliner, fixed)


def _question(statement: Statement, given: Mapping[str, Any], subjects: tuple[str, ...]) -> Question:
    """The statement with the values that were given."""
    whole = None if statement.whole is None else _question(statement.whole, given, subjects)
    sql = statement.sql
    return Question(sql.sql, sql.values(given), subjects, statement.gaps, statement.pieces, whole)


def _reads_variables(branch: Branch) -> bool:
    waiting: list[Any] = [argument.value for argument in branch.nodes[0].arguments or ()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, VariableNode):
            return True
        waiting += getattr(value, "values", ())
        waiting += [member.value for member in getattr(value, "fields", ())]
    return False


def _make_room(kept: dict[Key, Kept]) -> None:
    """Drop what was made first, so that no client grows it without bound."""
    if len(kept) >= _SHAPES_MAX:
        del kept[next(iter(kept))]
