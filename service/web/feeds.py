"""Atom feeds: the news of a skill, a role, a domain or the whole catalogue, for feed readers."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.activity.models import EventKind
from service.api.reply import is_known, shared_caching
from service.database import AsyncSession, Database
from service.news.feeds import Item, newest_items
from service.news.queries import EVERYTHING, NoSuchTopic, Topic, get_topic

_ENTRIES = 50
_FRESH_SECONDS = 60
_ATOM = "http://www.w3.org/2005/Atom"
# What XML 1.0 has no form for, not even escaped.
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = "1970-01-01T00:00:00Z"
_SAID = {
    EventKind.CATALOGUE_IMPORTED: "The catalogue was imported",
    EventKind.COMMENT_WRITTEN: "Commented",
    EventKind.PROPOSAL_CREATED: "Proposed",
    EventKind.PROPOSAL_EDITED: "Proposal edited",
    EventKind.PROPOSAL_REVIEWED: "Proposal reviewed",
    EventKind.PROPOSAL_ACCEPTED: "Changed",
    EventKind.PROPOSAL_DECLINED: "Declined",
    EventKind.PROPOSAL_WITHDRAWN: "Withdrawn",
    EventKind.PROPOSAL_MARKED_STALE: "Stale",
    EventKind.PROPOSAL_EXPIRED: "Closed as stale",
    EventKind.REVISION_REVERTED: "Taken back",
}

Find = Callable[[AsyncSession, str], Awaitable[Topic]]


def routes(database: Database, *, site_name: str, site_url: str) -> list[Route]:
    """`/feeds/all.atom`, and one for each skill, role and domain by its slug."""

    def feed(title: str, find: Find) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            slug = request.path_params.get("slug", "")
            async with database.read_session() as session:
                try:
                    topic = await find(session, slug)
                except NoSuchTopic as error:
                    return Response(error.message, 404, media_type="text/plain")
                items = await newest_items(session, topic, limit=_ENTRIES)
            name = f"{site_name}: {title.format(slug=slug)}"
            return _response(_Feed(site_url, request.url.path).document(name, items), request)

        return answer

    return [
        Route("/feeds/all.atom", feed("all changes", _everything)),
        Route("/feeds/skills/{slug}.atom", feed("the skill {slug}", _skill)),
        Route("/feeds/roles/{slug}.atom", feed("the role {slug}", _role)),
        Route("/feeds/domains/{slug}.atom", feed("the domain {slug}", _domain)),
    ]


async def _everything(_session: AsyncSession, _slug: str) -> Topic:
    return EVERYTHING


async def _skill(session: AsyncSession, slug: str) -> Topic:
    return await get_topic(session, skill=slug)


async def _role(session: AsyncSession, slug: str) -> Topic:
    return await get_topic(session, role=slug)


async def _domain(session: AsyncSession, slug: str) -> Topic:
    return await get_topic(session, domain=slug)


class _Feed:
    """The document of one feed. Ids are tag URIs: they stay when an address or a title changes."""

    def __init__(self, site_url: str, path: str) -> None:
        self._site = site_url
        self._path = path
        self._authority = f"tag:{urlsplit(site_url).hostname},2026"

    def document(self, title: str, items: list[Item]) -> bytes:
        """Valid Atom, whatever people have written."""
        feed = Element("feed", xmlns=_ATOM)
        _text(feed, "id", f"{self._authority}:{self._path}")
        _text(feed, "title", title)
        _text(feed, "updated", max((_time(item.happened_at) for item in items), default=_NEVER))
        SubElement(feed, "link", rel="self", type="application/atom+xml", href=self._site + self._path)
        SubElement(feed, "link", rel="alternate", type="text/html", href=f"{self._site}/")
        for item in items:
            self._entry(feed, item)
        document: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
        return document

    def _entry(self, feed: Element, item: Item) -> None:
        entry = SubElement(feed, "entry")
        _text(entry, "id", f"{self._authority}:event/{item.event_id}")
        _text(entry, "title", _title(item))
        _text(entry, "updated", _time(item.happened_at))
        _text(SubElement(entry, "author"), "name", item.actor or "Nobody")
        SubElement(entry, "link", rel="alternate", type="text/html", href=self._site + _page(item))
        _text(entry, "summary", item.reason or _title(item))


def _title(item: Item) -> str:
    said = _SAID[item.kind]
    subject = f"{item.skill_name}: {said[0].lower()}{said[1:]}" if item.skill_name else said
    return subject if item.number is None else f"{subject} (#{item.number} {item.title})"


def _page(item: Item) -> str:
    if item.number is not None:
        return f"/proposals/{item.number}"
    return "/" if item.skill_slug is None else f"/skills/{item.skill_slug}"


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _NO_XML.sub("\ufffd", text)


def _response(document: bytes, request: Request) -> Response:
    etag = f'"{hashlib.blake2b(document, digest_size=16).hexdigest()}"'
    headers = {
        "ETag": etag,
        "Cache-Control": shared_caching(_FRESH_SECONDS),
        "X-Content-Type-Options": "nosniff",
    }
    if is_known(etag, request.headers.get("if-none-match")):
        return Response(status_code=304, headers=headers)
    return Response(document, headers=headers, media_type="application/atom+xml")
