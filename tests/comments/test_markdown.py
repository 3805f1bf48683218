"""Whatever people write, what comes out is safe to put into a page."""

import html
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.comments.markdown import render, tokens_of

ADA = "MTpQZXJzb246MQ"
TAGS = re.compile(
    r"a|p|br|hr|h[1-6]|ul|ol|li|blockquote|pre|code|em|strong|s|span|table|thead|tbody|tr|th|td"
)


class Reader(HTMLParser):
    """What a page would make of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def shown(body: str, name: str = "Ada") -> str:
    """The HTML as one who reads it gets it, with a name in the place of each mentioned person."""
    rendered = render(body, {ADA: 1})
    return name.join(rendered.pieces)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("**bold** _it_ `a<b`", "<p><strong>bold</strong> <em>it</em> <code>a&lt;b</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("~~gone~~", "<p><s>gone</s></p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("<b>no</b>", "<p>&lt;b&gt;no&lt;/b&gt;</p>"),
        ("```python\nx\n```", '<pre><code class="language-python">x\n</code></pre>'),
        (
            "[x](https://skills.test)",
            '<p><a href="https://skills.test" rel="nofollow noopener noreferrer ugc">x</a></p>',
        ),
        ("![x](https://evil.test/pixel.png)", None),
        ("[x](javascript:alert(1))", None),
        ("<https://skills.test>", None),
    ],
)
def test_what_is_written_is_shown(body: str, expected: str | None) -> None:
    found = shown(body).strip()
    assert "<img" not in found
    assert 'href="javascript' not in found
    if expected is not None:
        assert found == expected


def test_a_mention_shows_a_name_in_its_place() -> None:
    rendered = render(f"Thanks, @{{{ADA}}}!", {ADA: 7})
    assert rendered.people == (7,)
    assert "Ada".join(rendered.pieces).strip() == (
        f'<p>Thanks, <span class="mention" data-person="{ADA}">@Ada</span>!</p>'
    )


@pytest.mark.parametrize(
    "body", ["@{unknown}", f"`@{{{ADA}}}`", f"```\n@{{{ADA}}}\n```", f"@ {{{ADA}}}", "@{}"]
)
def test_what_only_looks_like_a_mention_stays_as_it_was_written(body: str) -> None:
    rendered = render(body, {ADA: 1})
    assert rendered.people == ()
    assert html.unescape(re.sub(r"<[^>]+>", "", rendered.pieces[0])).strip() == body.strip("`\n")


def test_each_token_is_told_once_in_its_order() -> None:
    assert tokens_of(f"@{{b}} @{{{ADA}}} @{{b}}") == ["b", ADA]


PARTS = st.sampled_from(
    [
        *(
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "javascript:alert(1)",
            "data:text/html,x",
        ),
        *("[x](", ")", "![", "](", "<", ">", '"', "'", "`", "```\n", "\n", "\n\n", "    ", "> ", "- ", "1. "),
        *(f"@{{{ADA}}}", "@{", "}", "&lt;", "&#60;", "\x00", "\u202e", "|a|b|\n|-|-|\n", "<style>", "<!--"),
        *(
            '<a href="',
            " onclick=alert(1) ",
            "vbscript:",
            "https://x.test/",
            "<https://x.test>",
            "\\",
            "word",
        ),
    ]
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(PARTS, max_size=14).map("".join))
def test_nothing_that_acts_comes_through(body: str) -> None:
    rendered = render(body, {ADA: 1})
    assert len(rendered.pieces) == len(rendered.people) + 1
    for tag, attributes in Reader(shown(body)).tags:
        assert TAGS.fullmatch(tag), tag
        assert set(attributes) <= {"href", "title", "rel", "class", "data-person", "start"}, attributes
        scheme = re.match(r"\s*([A-Za-z][A-Za-z0-9+.-]*):", attributes.get("href") or "")
        assert scheme is None or scheme[1] in ("http", "https", "mailto")
        assert re.fullmatch(r"mention|language-\S+", attributes.get("class") or "mention")
        assert tag != "a" or "nofollow" in str(attributes.get("rel"))
