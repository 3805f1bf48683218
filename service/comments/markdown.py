"""Markdown of people as HTML that is safe to show: rendered without raw HTML, and sanitised all the same.

Neither pictures nor scripts, nor links other than of the web and of mail, come through. Links lead out without telling
where from, and lend no weight to what they lead to.
"""

import html
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# A mention is written `@{ID}` with the id of the person in the API: it leads to the person whatever the name.
MENTION = re.compile(r"@\{([A-Za-z0-9_=-]{1,200})\}")
# How a piece of HTML ends before the name of the mentioned.
_BEFORE_NAME = re.compile(r'data-person="([^"]+)"[^>]*>@\Z')
_GONE = "somebody"
_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "span", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "span": {"class", "data-person"}, "ol": {"start"}, "code": {"class"}}
_CLASSES = re.compile(r"mention|language-[A-Za-z0-9+#-]{1,40}")
_SCHEMES = {"http", "https", "mailto"}


@dataclass(frozen=True)
class Rendered:
    """Safe HTML, cut where the name of each mentioned person, by row, stands: one piece more than people."""

    pieces: tuple[str, ...]
    people: tuple[int, ...] = ()


def tokens_of(body: str) -> list[str]:
    """The ids of all who seem to be mentioned, each once, in their order; code may hold some that are not meant."""
    return list(dict.fromkeys(MENTION.findall(body)))


def render(body: str, people: Mapping[str, int]) -> Rendered:
    """The body as HTML. `people` are the rows of the mentioned, by the ids that stand in the body.

    What stands like a mention but is none of them stays as it was written.
    """
    # Nobody can write what nobody can foresee, so a mark stands for a mention and for nothing else.
    nonce = secrets.token_hex(8)
    met: list[str] = []
    raw = _MARKDOWN.render(body, {"people": people, "nonce": nonce, "met": met})
    clean = nh3.clean(
        raw,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        link_rel="nofollow noopener noreferrer ugc",
    )
    return Rendered(tuple(clean.split(nonce)), tuple(people[token] for token in met))


def as_text(body: str, rendered: Rendered, names: Mapping[int, str]) -> str:
    """The body with names, by the rows of people, for its mentions; a person without one is “somebody”."""
    ends = (_BEFORE_NAME.search(piece) for piece in rendered.pieces)
    called = {end[1]: person for end, person in zip(ends, rendered.people, strict=False) if end is not None}
    return MENTION.sub(
        lambda found: f"@{names.get(called[found[1]], _GONE)}" if found[1] in called else found[0], body
    )


def _attribute(_tag: str, name: str, value: str) -> str | None:
    return value if name != "class" or _CLASSES.fullmatch(value) else None


def _read_mention(state: StateInline, silent: bool) -> bool:
    found = MENTION.match(state.src, state.pos)
    if found is None or found[1] not in state.env["people"]:
        return False
    if not silent:
        state.push("mention", "span", 0).content = found[1]
    state.pos = found.end()
    return True


def _write_mention(
    _self: RendererHTML, tokens: Sequence[Token], at: int, _options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at].content
    env["met"].append(token)
    return f'<span class="mention" data-person="{html.escape(token)}">@{env["nonce"]}</span>'


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
    made.disable("image")
    rule: Any = _read_mention
    made.inline.ruler.before("text", "mention", rule)
    made.add_render_rule("mention", _write_mention)
    return made


_MARKDOWN = _markdown()
