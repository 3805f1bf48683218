"""The templates, compiled once when the process starts: a broken one is found then, not by the first mail.

A new kind of mail is a folder in `templates/` with `subject.txt`, `body.txt` and `body.html`, and its name in
`KINDS`.
"""

from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

KINDS = (
    "proposal_created",
    "proposal_edited",
    "proposal_reviewed",
    "proposal_accepted",
    "proposal_declined",
    "proposal_marked_stale",
    "proposal_expired",
    "revision_reverted",
    "comment_written",
)
# Mails that tell several events: of one thread, and of a day or a week.
GATHERED_KINDS = ("several", "digest")
# Mails about somebody's own account, which tell of no event.
ACCOUNT_KINDS = ("sign_in", "change_address", "address_changed")


class UnknownKind(LookupError):
    """No templates bear that name."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One mail in words."""

    subject: str
    text: str
    html: str


def render(kind: str, **facts: object) -> Rendered:
    """The three templates of a kind, filled with the facts. Raises `UnknownKind`."""
    if kind not in _TEMPLATES:
        raise UnknownKind(f"no mail of kind {kind!r}: choose from {', '.join(KINDS)}")
    subject, text, html = _TEMPLATES[kind]
    line = subject.render(facts)
    return Rendered(subject=line, text=text.render(facts), html=html.render(facts, subject=line))


def opening(kind: str, **facts: object) -> str:
    """The sentence with which a mail of the kind begins, as plain text. Raises `UnknownKind`."""
    if kind not in _TEMPLATES:
        raise UnknownKind(f"no mail of kind {kind!r}: choose from {', '.join(KINDS)}")
    text = _TEMPLATES[kind][1]
    return "".join(text.blocks["opening"](text.new_context(facts))).strip()


_ENVIRONMENT = Environment(
    loader=PackageLoader("worker.mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=False,
    auto_reload=False,
)


def _compiled(kind: str) -> tuple[Template, Template, Template]:
    subject, text, html = (
        _ENVIRONMENT.get_template(f"{kind}/{name}") for name in ("subject.txt", "body.txt", "body.html")
    )
    return subject, text, html


_TEMPLATES = {kind: _compiled(kind) for kind in (*KINDS, *GATHERED_KINDS, *ACCOUNT_KINDS)}
