"""Where comments come from, and who may see them."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlmodel import col

from service.comments.models import Comment, CommentState, CommentVersion, Reaction, ReactionKind
from service.database import Column, Select, enum_column_type
from service.people.models import Person
from service.people.trust import Gate
from service.proposals.models import Proposal
from service.proposals.sources import is_seen
from service.sources import Order, Source, Viewpoint, columns_of

# A discussion is read from its beginning.
OLDEST_FIRST = Order("oldest first", ("id",))
_GONE = "somebody"
_MASKED = ("body", "html", "mentions", "gate", "idempotency_key")
# Neither hidden nor deleted: the text may be read.
_IS_READABLE = sa.and_(col(Comment.deleted_at).is_(None), col(Comment.hidden_at).is_(None))


def _escaped(text: Column) -> Column:
    """The text as it stands in HTML."""
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = sa.func.replace(text, letter, entity)
    return text


def _html() -> Column:
    """The pieces of the HTML, joined by the names that the mentioned people bear now."""
    piece = (
        sa.func.unnest(col(Comment.html), col(Comment.mentions))
        .table_valued(
            sa.column("html", sa.Text), sa.column("person_id", sa.BigInteger), with_ordinality="number"
        )
        .render_derived(name="piece")
    )
    name = sa.case(
        (piece.c.person_id.is_(None), ""), else_=_escaped(sa.func.coalesce(col(Person.name), _GONE))
    )
    in_order: Column = aggregate_order_by(sa.literal_column("''"), piece.c.number)
    text = sa.func.string_agg(piece.c.html.concat(name), in_order)
    joined = sa.select(text).select_from(piece.outerjoin(Person, col(Person.id) == piece.c.person_id))
    return joined.correlate(Comment).scalar_subquery()


def _state() -> Column:
    kind = enum_column_type(CommentState, "state")
    gate = col(Comment.gate)
    return sa.case(
        (col(Comment.deleted_at).is_not(None), sa.literal(CommentState.DELETED, kind)),
        (col(Comment.hidden_at).is_not(None), sa.literal(CommentState.HIDDEN, kind)),
        (gate == Gate.REJECTED, sa.literal(CommentState.REJECTED, kind)),
        (gate == Gate.HELD, sa.literal(CommentState.HELD, kind)),
        else_=sa.literal(CommentState.SHOWN, kind),
    )


def _is_seen(viewpoint: Viewpoint) -> sa.ColumnElement[bool]:
    """What is held or rejected is seen by its author and by moderators; what is about a proposal, with the proposal."""
    own = viewpoint.is_person(col(Comment.author_id))
    # One value and not EXISTS, for which PostgreSQL might read all proposals first.
    of_proposal = (
        sa.select(is_seen(viewpoint)).where(col(Proposal.id) == col(Comment.proposal_id)).correlate(Comment)
    )
    with_proposal = sa.or_(col(Comment.proposal_id).is_(None), of_proposal.scalar_subquery())
    return sa.or_(sa.and_(col(Comment.gate) == Gate.OPEN, with_proposal), own, viewpoint.moderates())


def _seen(rows: Select, viewpoint: Viewpoint) -> Select:
    return rows.where(_is_seen(viewpoint))


COMMENTS = Source(
    sa.select(
        *(column for column in columns_of(Comment) if column.key not in _MASKED),
        _state().label("state"),
        sa.case((_IS_READABLE, col(Comment.body))).label("body"),
        sa.case((_IS_READABLE, _html())).label("body_html"),
    ),
    seen=_seen,
)


def _versions_seen(rows: Select, viewpoint: Viewpoint) -> Select:
    """Those of comments whose text may be read; moderators read all."""
    readable = sa.or_(viewpoint.moderates(), sa.and_(_IS_READABLE, _is_seen(viewpoint)))
    comment = sa.select(sa.literal(1)).where(col(Comment.id) == col(CommentVersion.comment_id), readable)
    return rows.where(comment.correlate(CommentVersion).exists())


VERSIONS = Source(sa.select(*columns_of(CommentVersion)), order=("number",), seen=_versions_seen)

# How many people have reacted in each way.
_POSITION = sa.case(
    {kind.value: position for position, kind in enumerate(ReactionKind)},
    value=sa.type_coerce(col(Reaction.kind), sa.Text),
)
REACTIONS = Source(
    sa.select(
        col(Reaction.comment_id),
        col(Reaction.kind),
        _POSITION.label("position"),
        sa.func.count().label("count"),
    ).group_by(col(Reaction.comment_id), col(Reaction.kind)),
    key=("comment_id", "position"),
    order=("position",),
)


def threads(rows: Select, _: Any = None) -> Select:
    """The first comment of each thread."""
    return rows.where(col(Comment.thread_id).is_(None))


def threads_about_skill(rows: Select, _: Any = None) -> Select:
    """The threads about a skill and its requirements, and not those about its proposals."""
    return threads(rows).where(col(Comment.proposal_id).is_(None))


def said(rows: Select, _: Any = None) -> Select:
    """All comments whose text may be read, answers included."""
    return rows.where(_IS_READABLE)


def said_about_skill(rows: Select, _: Any = None) -> Select:
    """Those about a skill and its requirements."""
    return said(rows).where(col(Comment.proposal_id).is_(None))
