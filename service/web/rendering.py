"""An answer as a page: written into its template in the reader's language, with what its script begins from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from service.web.assets import assets
from service.web.languages import COOKIE, LANGUAGES, Reader, reader_of
from service.web.sending import is_for_everybody, key_of, sent, sent_to_everybody
from service.web.templating import template

_NOTHING: Final[Mapping[str, Any]] = {"answers": [], "texts": {}}


@dataclass(frozen=True)
class Site:
    """What every page says of the instance."""

    name: str
    url: str
    has_inbox: bool = False


class Query(dict[str, Any]):
    """The query string: a text for each name, or a list where the name stands several times; None where it does not."""

    def __init__(self, request: Request) -> None:
        for name in request.query_params:
            values = request.query_params.getlist(name)
            self[name] = values if len(values) > 1 else values[0]

    def __missing__(self, name: str) -> None:
        return None


def rendered(
    view: str,
    site: Site,
    request: Request,
    data: Mapping[str, Any],
    first: Mapping[str, Any] | None,
    *,
    status: int = 200,
) -> Response:
    """A view's template with the data of its operations, for the reader behind the request.

    `first` is all of the data as the script is given it; None for a page that no script takes over.
    """
    reader = reader_of(request.cookies.get(COOKIE), request.headers.get("accept-language"))
    block = _for_script(site, reader, {"view": view, **(first or _NOTHING)})

    def write() -> bytes:
        return _written(view, site, request, reader, data, block).encode()

    if not is_for_everybody(request, status):
        return sent(write(), request, status)
    key = None if first is None else key_of(_here(request), reader.tag, block)
    return sent_to_everybody(key, write, request)


def _written(
    view: str, site: Site, request: Request, reader: Reader, data: Mapping[str, Any], block: str
) -> str:
    facts = {
        "site": site,
        "reader": reader,
        "languages": LANGUAGES,
        "path": request.url.path,
        "here": _here(request),
        "query": Query(request),
        "viewer": data.get("viewer"),
        "first": block,
        "asset": assets().url,
        "style": assets().style.text,
        "modules": _modules(view, reader.language),
        "version": _version(),
    }
    return template(view, reader).render(**facts, **{key: data[key] for key in data if key != "viewer"})


def _here(request: Request) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


@cache
def _modules(view: str, language: str) -> list[str]:
    return assets().modules(view, language)


@cache
def _version() -> str:
    return version("skillprofile")


def _for_script(site: Site, reader: Reader, first: Mapping[str, Any]) -> str:
    """The block of JSON from which the script begins."""
    about = {"name": site.name, "url": site.url, "hasInbox": site.has_inbox}
    return as_data_block({"site": about, "language": reader.language, **first})


def as_data_block(value: object) -> str:
    """JSON to stand in a script element; nothing in it can end that element."""
    text = orjson.dumps(value).decode()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
