"""Finding skills by their words: what is kept of each skill's text, which of them a text finds, and how near they are.

The words are kept as they stand, in no one language, each with the weight of its place: name, keywords, summary,
descriptions. A text finds the skills that hold all of its words or words that begin with them; as for English, their
stems do as well. Where it finds none, names and keywords that are spelt like it do, if the server has trigrams.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR, aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from service.catalogue.models import Requirement, Skill, SkillText
from service.database import Column, Select
from service.prepared import Prepared

# Of a word in descriptions, the summary, the keywords and the name.
_WEIGHTS: Column = sa.literal_column("'{0.05, 0.2, 0.5, 1}'::real[]")
# More of the descriptions might not fit: PostgreSQL holds 1 MB of words.
_DESCRIPTIONS_MAX = 100_000
# Of a distance: a millionth of a rank is one.
_STEPS = 1_000_000
# What an excerpt is made of, in characters, and how.
_EXCERPT_FROM = 20_000
# Before and after each word found.
MARKS = ("⟦", "⟧")
_EXCERPT = (
    f"StartSel={MARKS[0]}, StopSel={MARKS[1]}, "
    'MaxFragments=2, MinWords=6, MaxWords=24, ShortWord=0, FragmentDelimiter=" … "'
)

_SIMPLE: Column = sa.literal_column("'simple'")
_ENGLISH: Column = sa.literal_column("'english'")


def words_of(text: str) -> str:
    """The words of a text as PostgreSQL's `to_tsquery` reads them: all of them, each as a beginning."""
    return " & ".join(f"{_quoted(word)}:*" for word in text.split())


async def index_texts(session: AsyncSession, skill_ids: Sequence[int]) -> None:
    """Keep the words of these skills as they are now: in the transaction that has changed them."""
    await _INDEX.first(session, ids=list(skill_ids))


def any_of(words: Sequence[Sequence[str]]) -> str:
    """All words of any of the lists, none of which is empty, as PostgreSQL's `to_tsquery` reads them."""
    return " | ".join(f"({' & '.join(map(_quoted, each))})" for each in words)


def described_by(query: str) -> sa.ColumnElement[bool]:
    """Whether a requirement's description holds the words of a query by `any_of`, which an index knows."""
    described = sa.func.to_tsvector(_SIMPLE, col(Requirement.description), type_=TSVECTOR)
    return described.bool_op("@@")(sa.func.to_tsquery(_SIMPLE, query, type_=TSQUERY))


def found_by(rows: Select, text: Column | str, words: Column | str) -> Select:
    """Narrow a SELECT over skills to those that a text finds, with their `distance` from it.

    `text` is the text as a person wrote it, and `words` what `words_of` makes of it.
    """
    found, distance = _found(_text(text), _text(words))
    columns = [
        distance.label("distance") if name == "distance" else column
        for name, column in rows.selected_columns.items()
    ]
    narrowed = rows.join(found, found.c.skill_id == col(Skill.id))
    return narrowed.with_only_columns(*columns, maintain_column_froms=True)


def excerpt(skill: Mapping[str, Column], words: Column | str) -> Column:
    """Where the words stand in a skill's keywords, summary and descriptions, between `MARKS`; else their beginning."""
    descriptions = sa.func.string_agg(
        col(Requirement.description), aggregate_order_by(sa.literal_column("E'\\n'"), col(Requirement.id))
    )
    of_requirements = (
        sa.select(descriptions)
        .where(col(Requirement.skill_id) == skill["id"])
        .correlate_except(Requirement)
        .scalar_subquery()
    )
    keywords = sa.func.array_to_string(skill["keywords"], ", ")
    whole = sa.func.concat_ws(sa.literal_column("E'\\n'"), skill["summary"], keywords, of_requirements)
    unmarked = sa.func.translate(sa.func.left(whole, _EXCERPT_FROM), "".join(MARKS), "")
    return sa.func.ts_headline(_SIMPLE, unmarked, _query(_text(words)), _EXCERPT, type_=sa.Text)


def _found(text: Column, words: Column) -> tuple[Any, Column]:
    """Skills that hold the words, or where none does those spelt like the text; and how far each is from it.

    Looked up once, for a page of them and for their number alike. The distance is worked out where it is asked for.
    """
    document = col(SkillText.document)
    holding = sa.select(col(SkillText.skill_id)).where(document.bool_op("@@")(_query(words))).cte("holding")
    spelt = sa.func.skills_spelt_like(text).table_valued(
        sa.column("skill_id", sa.BigInteger), sa.column("distance", sa.BigInteger)
    )
    none_holds = ~sa.select(sa.literal(1)).select_from(holding).exists()
    either = sa.select(holding.c.skill_id, sa.null().cast(sa.BigInteger).label("distance")).union_all(
        sa.select(spelt.c.skill_id, spelt.c.distance).where(none_holds)
    )
    found = either.subquery("found")
    # Whole words count once more than beginnings do.
    rank = _rank(document, _query(words)) + _rank(document, sa.func.plainto_tsquery(_SIMPLE, text))
    of_words = (
        sa.select(sa.cast(-_STEPS * rank, sa.BigInteger))
        .where(col(SkillText.skill_id) == found.c.skill_id)
        .scalar_subquery()
    )
    return found, sa.func.coalesce(found.c.distance, of_words)


def _rank(document: Column, query: Column) -> Column:
    return sa.func.ts_rank(_WEIGHTS, document, query, type_=sa.REAL)


def _query(words: Column) -> Column:
    """All words, or the English stems of all; worked out once and not for each row."""
    stemmed = sa.func.to_tsquery(_ENGLISH, words, type_=TSQUERY)
    either = sa.func.to_tsquery(_SIMPLE, words, type_=TSQUERY).op("||")(stemmed)
    return sa.select(either).scalar_subquery()


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _text(value: Column | str) -> Column:
    return sa.literal(value, sa.Text()) if isinstance(value, str) else value


def _document() -> Column:
    """The words of a skill, as `SkillText` keeps them."""
    descriptions = (
        sa.select(sa.func.string_agg(col(Requirement.description), sa.literal_column("E'\\n'")))
        .where(col(Requirement.skill_id) == col(Skill.id))
        .correlate(Skill)
        .scalar_subquery()
    )
    parts = (
        ("A", col(Skill.name)),
        ("B", sa.func.array_to_string(col(Skill.keywords), sa.literal_column("E'\\n'"))),
        ("C", col(Skill.summary)),
        ("D", sa.func.coalesce(sa.func.left(descriptions, _DESCRIPTIONS_MAX), "")),
    )
    first, *others = (
        sa.func.setweight(
            sa.func.to_tsvector(_SIMPLE, text), sa.literal_column(f"'{weight}'"), type_=TSVECTOR
        )
        for weight, text in parts
    )
    whole: Column = first
    for other in others:
        whole = whole.op("||")(other)
    return whole


def _index() -> Prepared:
    texts = sa.select(col(Skill.id), _document()).where(
        col(Skill.id) == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.BigInteger)))
    )
    statement = insert(SkillText.__table__).from_select(["skill_id", "document"], texts)  # type: ignore[attr-defined]
    new = statement.excluded
    unless_same = statement.on_conflict_do_update(
        index_elements=["skill_id"],
        set_={"document": new.document},
        where=col(SkillText.document) != new.document,
    )
    return Prepared(unless_same)


# Made once: to put it together takes longer than to run it.
_INDEX = _index()
