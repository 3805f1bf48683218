"""Pieces: what a list shows of each of its rows, kept by itself.

Lists of skills with all that they ask for differ in which skills they show, and hardly in what they show of each. Where
each row belongs to one skill, a statement therefore leaves a hole in its place: marks that no JSON text holds around
the number of the piece among the statement's, and the row's key. A piece is right for as long as nothing is announced
of its skill, as an answer about that skill is (`service.api.responses`). Those that nobody keeps are read by a
statement of their own, all at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

import sqlalchemy as sa

from service.api.node import Node
from service.api.plan import json_sql
from service.api.plan.json_sql import Part
from service.api.plan.marks import RelationField, ViewerField
from service.api.plan.outline import Branch
from service.api.plan.rendering import Rendered, rendered
from service.api.plan.rows import Joined
from service.api.plan.subject import is_of_one_skill

if TYPE_CHECKING:
    from service.api.plan.compiler import Compiler

# In JSON, control characters stand escaped.
MARK = "\x04"
_KEY = "piece_key_"
# What the statement of a piece gives for a row that is not there.
_GONE = b"null"

# The place of a row in an answer: the number of its piece, and the row's key as statements write it.
Hole: TypeAlias = tuple[int, bytes]


@dataclass(frozen=True, eq=False)
class Piece:
    """What a list asks of each of its rows; the same `identity` asks for the same.

    Its statement takes the keys of the rows, column by column, and gives the key and the text of each.
    """

    identity: bytes
    statement: Rendered
    key: tuple[str, ...]
    # The place of the skill's id in a key.
    skill_at: int

    def values(self, keys: Iterable[bytes]) -> list[Any]:
        """The values of the statement's parameters for the rows of these keys."""
        columns = zip(*map(_numbers, keys), strict=True)
        return self.statement.values(
            {f"{_KEY}{name}": list(column) for name, column in zip(self.key, columns, strict=True)}
        )

    def skill_id(self, key: bytes) -> int:
        """The skill that the row of the key belongs to."""
        return _numbers(key)[self.skill_at]


def is_kept(below: Sequence[Branch], target: type[Node], *, has_viewer: bool) -> bool:
    """Whether rows of which this is asked are left to pieces.

    They must belong to one skill each, in what is asked of them too; be dear enough, by rows of another table within
    them; be the same for everybody; and not be of as many kinds as there are values of an argument.
    """
    source = target.origin
    return (
        source.spans_skills
        and source.skill is not None
        and any(isinstance(branch.mark, RelationField) for branch in below)
        and not any(_varies(branch, has_viewer=has_viewer) for branch in _all(below))
        and is_of_one_skill(below, source)
    )


def hole(index: int, target: type[Node], rows: Joined) -> Part:
    """The text in the place of a row, for the piece of that number among the statement's."""
    return [f"{MARK}{index}:", _key_of(target, rows.row), MARK]


def piece_of(compiler: "Compiler", below: Sequence[Branch], target: type[Node]) -> Piece:
    """The piece for what is asked of the type's rows, written by a compiler of its own.

    Raises:
        NotCovered: something asked for has no SQL.
    """
    source = target.origin
    assert source.skill is not None
    keys = [
        sa.bindparam(f"{_KEY}{name}", type_=sa.ARRAY(sa.BigInteger), required=False) for name in source.key
    ]
    columns = [sa.column(name, sa.BigInteger) for name in source.key]
    wanted = sa.func.unnest(*keys).table_valued(*columns).render_derived(name="wanted")
    rows = source.rows.where(*(source.column(name) == wanted.c[name] for name in source.key))
    text = compiler.one(list(below), target, rows.correlate(wanted))
    pairs = json_sql.joined([MARK, _key_of(target, wanted), MARK, text])
    all_of_them = sa.func.coalesce(sa.func.string_agg(pairs, json_sql.constant("")), json_sql.constant(""))
    statement = rendered(sa.select(all_of_them).select_from(wanted).scalar_subquery(), compiler.aliases)
    digest = blake2b(repr((statement.sql, sorted(compiler.aliases.items()))).encode(), digest_size=16)
    return Piece(digest.digest(), statement, source.key, source.key.index(source.skill))


class Frame:
    """An answer with holes."""

    def __init__(self, body: bytes) -> None:
        self._parts = body.split(MARK.encode())
        self.holes = [_hole(text) for text in self._parts[1::2]]

    def filled(self, texts: Iterable[bytes]) -> bytes:
        """The answer with these texts in the places of `holes`."""
        parts = list(self._parts)
        parts[1::2] = texts
        return b"".join(parts)


def read_pieces(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The key and the text of each row that a piece's statement has found."""
    _, *parts = body.split(MARK.encode())
    return ((key, text) for key, text in zip(parts[::2], parts[1::2], strict=True) if text != _GONE)


def _all(branches: Iterable[Branch]) -> Iterator[Branch]:
    for branch in branches:
        yield branch
        yield from _all(branch.below)


def _varies(branch: Branch, *, has_viewer: bool) -> bool:
    """Whether what is shown is not the same in all answers: it takes arguments, or depends on who asks."""
    match branch.mark:
        case ViewerField():
            return has_viewer
        case RelationField(source=source):
            return branch.site is not None or (source or branch.target.origin).seen is not None
    return branch.site is not None


def _key_of(target: type[Node], row: Any) -> Part:
    digits: list[Part] = []
    for index, name in enumerate(target.origin.key):
        digits += ["." if index else "", sa.cast(row.c[name], sa.Text)]
    return digits


def _hole(text: bytes) -> Hole:
    index, _, key = text.partition(b":")
    return int(index), key


def _numbers(key: bytes) -> list[int]:
    return list(map(int, key.split(b".")))
