"""What deserves a second look before it is proposed. Pure: each rule names what it found, and none forbids anything."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from string import punctuation

from service.catalogue.content import Place
from service.difference import words

# Fewer words than this say next to nothing.
WORDS_MIN = 3
# Characters of a run of words by which a text is looked for.
PHRASE_MIN = 6
PHRASE_MAX = 100
# The longest words are the rarest, so that a few of them tell a text from nearly all others.
INDEX_WORDS_MAX = 8
_MARKUP = frozenset("<>&")
# Of a word that says something: a letter or a digit.
_says = re.compile(r"[^\W_]").search


class LintKind(StrEnum):
    """What a rule looks for."""

    SAME_TEXT = "SAME_TEXT"
    DUPLICATE = "DUPLICATE"
    LEVEL_GAP = "LEVEL_GAP"
    SPARSE_TEXT = "SPARSE_TEXT"


@dataclass(frozen=True)
class Text:
    """A requirement's description, with the names that may stand in it: of its skill, its role, its level."""

    skill_id: int
    place: Place
    description: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What a rule found in a skill; `other` is the text that says the same, where that is what was found."""

    kind: LintKind
    skill_id: int
    place: Place
    other: Text | None = None


def bare(text: Text) -> tuple[str, ...]:
    """The words of the text in small letters, without punctuation and without the names of what it stands at."""
    return tuple(_bare(_plain(text.description), text.names).split())


def phrase(text: Text) -> str:
    """The longest run of the text's words without a name among them, as it stands there; empty where that is short.

    What says the same holds these words too, unless a name stands right among them: so it can be looked for where no
    index knows its words.
    """
    named = {word for name in text.names for word in _plain_name(name).split()}
    runs, run = [""], ""
    for word in words(text.description):
        is_plain = word == " " or (word.isalnum() and word.casefold() not in named)
        run = run + word if is_plain else ""
        runs.append(run.strip())
    longest = max(runs, key=len)
    if len(longest) > PHRASE_MAX:
        longest = longest[:PHRASE_MAX].rpartition(" ")[0] or longest[:PHRASE_MAX]
    return longest if len(longest) >= PHRASE_MIN else ""


def index_words(text: Text) -> tuple[str, ...]:
    """The longest of the words, names left out, that an index of words is sure to hold of what says the same.

    They stand by themselves: what is glued together (“Node.js”, “and/or”), or written without spaces, PostgreSQL takes
    for other words than we do.
    """
    named = {word for name in text.names for word in _plain_name(name).split()}
    # Punctuation of ASCII alone: of the rest a database may think otherwise than we do.
    chunks = (chunk.strip(punctuation) for chunk in text.description.split() if _MARKUP.isdisjoint(chunk))
    found = dict.fromkeys(chunk for chunk in chunks if chunk.isalpha() and chunk.casefold() not in named)
    return tuple(sorted((word for word in found if len(words(word)) == 1), key=len)[-INDEX_WORDS_MAX:])


def equal_texts(touched: Sequence[Text], others: Iterable[Text]) -> list[Finding]:
    """The texts of which another says the same.

    DUPLICATE, where the same role is asked the same of the skill at another level, so that nothing tells the levels
    apart; SAME_TEXT, where another role or another skill has the text, but for the names in it. The first other text
    is named.
    """
    # Little text is the same by chance: it is another rule's.
    ways = {text: _ways(text) for text in touched if not is_sparse(text)}
    by_words: dict[str, list[Text]] = {said: [] for some in ways.values() for said in some}
    for text in (*touched, *others) if ways else ():
        for said in _ways(text):
            if said in by_words:
                by_words[said].append(text)
    found = []
    for text, own in ways.items():
        same = [one for said in own for one in by_words[said] if _key(one) != _key(text)]
        for kind, is_own in ((LintKind.DUPLICATE, True), (LintKind.SAME_TEXT, False)):
            other = next((one for one in same if (_ladder(one) == _ladder(text)) is is_own), None)
            if other is not None:
                found.append(Finding(kind, text.skill_id, text.place, other))
    return found


def sparse_texts(touched: Iterable[Text]) -> list[Finding]:
    """The texts that say next to nothing."""
    return [Finding(LintKind.SPARSE_TEXT, text.skill_id, text.place) for text in touched if is_sparse(text)]


def is_sparse(text: Text) -> bool:
    """Whether fewer than three words are left without the names."""
    return len(bare(text)) < WORDS_MIN


def level_gaps(
    skill_id: int, places: Iterable[Place], ladder: Sequence[int], roles: Iterable[int]
) -> list[Finding]:
    """Each place in which one of the roles has nothing, though it has the levels right below and above.

    `ladder` is the framework's levels in their order, by their ids.
    """
    taken = set(places)
    gaps = [
        Place(level_id=middle, role_id=role_id)
        for role_id in sorted(set(roles))
        for below, middle, above in zip(ladder, ladder[1:], ladder[2:], strict=False)
        if {Place(below, role_id), Place(above, role_id)} <= taken and Place(middle, role_id) not in taken
    ]
    return [Finding(LintKind.LEVEL_GAP, skill_id, place) for place in gaps]


def _plain(text: str) -> str:
    """The words in small letters, each between blanks of its own: so one can be looked for, and taken out."""
    return "".join([f" {word} " for word in words(text.casefold()) if _says(word)])


# Names are few, and are taken out of every text that is looked at.
_plain_name = lru_cache(1_000)(_plain)


def _ways(text: Text) -> tuple[str, ...]:
    """What makes the text the same as another: its words, and those without the names."""
    plain = _plain(text.description)
    return tuple(dict.fromkeys((plain, _bare(plain, text.names))))


def _bare(plain: str, names: Iterable[str]) -> str:
    """The words without those of the names, the longest name first."""
    for name in sorted(map(_plain_name, names), key=len, reverse=True):
        plain = plain.replace(name, "") if name else plain
    return plain


def _key(text: Text) -> tuple[int, Place]:
    return text.skill_id, text.place


def _ladder(text: Text) -> tuple[int, int]:
    return text.skill_id, text.place.role_id
