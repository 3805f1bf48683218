"""From an outline to one SQL statement whose single value is the JSON of the answer's `data`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from service.api.plan import json_sql
from service.api.plan.arguments import Shape
from service.api.plan.compiler import Compiler
from service.api.plan.gaps import Gap
from service.api.plan.outline import Branch, Outline
from service.api.plan.pieces import Piece
from service.api.plan.rendering import Rendered, rendered


@dataclass(frozen=True)
class Statement:
    """The SQL of an answer, which has `gaps` where a person who is signed in has something of their own.

    Where it has holes for `pieces`, `whole` is the statement without these.
    """

    sql: Rendered
    gaps: tuple[Gap, ...]
    pieces: tuple[Piece, ...] = ()
    whole: "Statement | None" = None

    @property
    def letters(self) -> int:
        """Of all its SQL."""
        more = 0 if self.whole is None else self.whole.letters
        return len(self.sql.sql) + sum(len(piece.statement.sql) for piece in self.pieces) + more


def compile_outline(
    outline: Outline,
    shapes: Sequence[Shape],
    branches_of: Callable[[Branch, str], list[Branch]],
    *,
    has_viewer: bool,
) -> Statement:
    """The statement for arguments of these shapes, one for each of the outline's sites.

    `branches_of` gives what is asked below a node of a type. Without a viewer, what depends on one is null.

    Raises:
        NotCovered: something asked for has no SQL.
    """

    def compiled(*, with_pieces: bool) -> Statement:
        compiler = Compiler(shapes, branches_of, has_viewer=has_viewer, with_pieces=with_pieces)
        sql = rendered(json_sql.joined(compiler.root(outline.root)), compiler.aliases)
        return Statement(sql, tuple(compiler.gaps), tuple(compiler.pieces))

    statement = compiled(with_pieces=True)
    return replace(statement, whole=compiled(with_pieces=False)) if statement.pieces else statement
