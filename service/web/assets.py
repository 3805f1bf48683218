"""Everything that the pages load, under an address that changes with its content: `/assets/VERSION/NAME`.

Read once, at the start, and kept with its compressed form: what is sent for good need not be made anew.
"""

import base64
import gzip
import hashlib
import json
import mimetypes
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from service.web.languages import LANGUAGES, PSEUDO, script_of
from service.web.operations import operations
from service.web.table import PAGES

_ROOT: Final = files("service.web")
_VENDORED_TO_SERVE = (".js", ".css", ".txt")
_VENDORED_TO_MAKE = ("build.mjs",)
_WORTH_COMPRESSING: Final = 400  # bytes
_TYPES: Final = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "txt": "text/plain"}
# Comments that have their lines to themselves: they are for who reads the source, and a sixth of what is sent.
# The parts of the style sheet by their subjects, in the order in which they overrule each other.
_STYLES: Final = ("page", "forms", "skill", "lists", "proposal", "discussion", "media")
_COMMENT: Final = re.compile(rb"^[ ]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/)$", re.MULTILINE)
_IMPORT: Final = re.compile(r'^import [^"]*"(\.[^"]+)";$', re.MULTILINE)
_LINE_STARTS: Final = re.compile(r"\n\s*")
_FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """A file as it is sent."""

    media_type: str
    body: bytes
    compressed: bytes | None


@dataclass(frozen=True)
class Style:
    """The style sheet as it stands within a page, and the hash by which the page's policy lets it."""

    text: str
    hash: str


@dataclass(frozen=True)
class Assets:
    """All files by their name below `/assets/VERSION/`."""

    version: str
    by_name: Mapping[str, Asset]
    style: Style

    def url(self, name: str) -> str:
        """The address of a file; KeyError where there is none, which is a template's fault."""
        self.by_name[name]
        return f"/assets/{self.version}/{name}"

    def modules(self, view: str, language: str) -> list[str]:
        """The scripts that a page of the view loads, so that none waits for another to be read."""
        found = [f"site.{language}.js"]
        waiting = [name for name in ("app.js", f"views/{view}.js") if name in self.by_name]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.append(name)
                waiting += self._imported_by(name)
        return sorted(found)

    def _imported_by(self, name: str) -> list[str]:
        """What a script of ours names at its top; those of others stand by themselves."""
        if name.startswith("vendor/"):
            return []
        paths = _IMPORT.findall(self.by_name[name].body.decode())
        return [posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) for path in paths]


@cache
def assets() -> Assets:
    """The files of this version of the code."""
    bodies = dict(sorted(_bodies()))
    digest = hashlib.sha256()
    for name, body in bodies.items():
        digest.update(f"{name}\0{len(body)}\0".encode())
        digest.update(body)
    by_name = {name: _asset(name, body) for name, body in bodies.items()}
    return Assets(digest.hexdigest()[:12], by_name, _style(bodies["app.css"]))


def routes() -> list[Route]:
    """`/assets/VERSION/NAME`, for good; of another version there is nothing, so that no cache mixes two."""
    found = assets()

    async def show(request: Request) -> Response:
        asset = found.by_name.get(request.path_params["name"])
        if asset is None or request.path_params["version"] != found.version:
            return PlainTextResponse("Not here.", 404, {"Cache-Control": "no-store"})
        headers = {
            "Cache-Control": _FOREVER,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        body = asset.body
        if asset.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = asset.compressed
        return Response(body, headers=headers, media_type=asset.media_type)

    return [Route("/assets/{version}/{name:path}", show)]


def _asset(name: str, body: bytes) -> Asset:
    ending = name.rpartition(".")[2]
    media_type = _TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    compressed = gzip.compress(body, 9, mtime=0) if len(body) >= _WORTH_COMPRESSING else None
    return Asset(media_type, body, compressed)


def _style(sheet: bytes) -> Style:
    text = _LINE_STARTS.sub("\n", _uncommented(sheet).decode()).strip()
    digest = hashlib.sha256(text.encode()).digest()
    return Style(text, f"sha256-{base64.b64encode(digest).decode()}")


def _bodies() -> Iterator[tuple[str, bytes]]:
    yield from _files(_ROOT.joinpath("static"), "")
    styles = _ROOT.joinpath("styles")
    yield "app.css", b"\n".join(styles.joinpath(f"{name}.css").read_bytes() for name in _STYLES)
    for entry in _ROOT.joinpath("vendor").iterdir():
        if entry.name.endswith(_VENDORED_TO_SERVE):
            yield f"vendor/{entry.name}", entry.read_bytes()
    yield "operations.json", json.dumps({name: one.text for name, one in operations().items()}).encode()
    site = _site()
    for language in (*LANGUAGES, PSEUDO):
        yield f"site.{language}.js", (site + script_of(language)).encode()


def _files(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        else:
            body = entry.read_bytes()
            yield f"{prefix}{entry.name}", _uncommented(body) if entry.name.endswith(".js") else body


def _uncommented(script: bytes) -> bytes:
    """The script without comments, each line where it was, as a browser's debugger counts them."""
    return _COMMENT.sub(lambda found: b"\n" * found[0].count(b"\n"), script)


def _site() -> str:
    """What the pages must know of the server: which page stands where, and what it asks.

    The texts of the operations are not among it: a page has those of its first view in itself, and loads the others
    together when it first needs one. Each language has a file of its own, with its texts, so that the script is a
    single request the poorer.
    """
    pages = [page.for_script() for page in PAGES]
    return f"// Written by the server from its table of pages.\nexport const pages = {json.dumps(pages)};\n"
