"""The languages of the interface: whole, shared by server and script, and nothing left in English by mistake."""

import io
import re
import subprocess
import sys
from enum import Enum
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from strawberry.utils.str_converters import to_camel_case

from service.activity.models import PublicEventKind
from service.api.errors import UserErrorCode
from service.moderation.models import AuditAction
from service.notifications.tracing import Outcome
from service.proposals.models import DeclineReason
from service.web.catalogues import extracted, untranslated
from service.web.languages import PSEUDO, pseudo_form, reader_of, script_of, translations
from service.webhooks.models import WebhookEnd
from tests.factories.community import Community

PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize(
    ("cookie", "asked", "tag", "language"),
    [
        (None, None, "en", "en"),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de-AT", "de"),
        (None, "fr, en-GB;q=0.7", "en-GB", "en"),
        (None, "de;q=0, en;q=0.5", "en", "en"),
        ("de", "en-GB", "de", "de"),
        ("en", "de, en-GB;q=0.5", "en-GB", "en"),
        ("xx", "de", "de", "de"),
        (PSEUDO, "de", PSEUDO, PSEUDO),
        (None, "de-xyzzy", "de", "de"),
        (None, ";;;q=,,*", "en", "en"),
    ],
)
def test_whom_a_page_speaks_to(cookie: str | None, asked: str | None, tag: str, language: str) -> None:
    found = reader_of(cookie, asked)
    assert (found.tag, found.language) == (tag, language)


def test_the_catalogues_hold_every_text() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "service.web.catalogues", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_a_missing_text_would_be_found() -> None:
    catalogue = read_po(io.BytesIO(b'msgid "Left"\nmsgstr ""\n'), locale="de")
    assert [message.id for message in untranslated(catalogue)] == ["Left"]


def test_a_translation_keeps_its_placeholders() -> None:
    german = translations("de")
    for message in extracted():
        if isinstance(message.id, str) and message.id:
            assert set(PLACEHOLDER.findall(german.gettext(message.id))) == set(
                PLACEHOLDER.findall(message.id)
            )


@pytest.mark.parametrize("code", [code.name for code in UserErrorCode])
def test_what_was_wrong_is_said_in_every_language(code: str) -> None:
    """The API itself speaks English; whoever reads another language is told by the code."""
    script = files("service.web").joinpath("static", "parts", "faults.js").read_text(encoding="utf-8")
    [said] = re.findall(rf'^  {code}: _\("([^"]+)"', script, re.MULTILINE)
    assert translations("de").gettext(said) != said


def test_each_field_that_a_form_sends_has_its_name_where_it_cannot_be_taken() -> None:
    """What only a program can get wrong is told in the API's words."""
    by_programs = {
        "baseRevision",
        "cursor",
        "digestWeekday",
        "expectations",
        "expiresAt",
        "field",
        "notificationIds",
    }
    by_programs |= {
        "onlyOwnLevels",
        "ownLevelId",
        "revision",
        "roleId",
        "snoozedUntil",
        "subjectId",
        "to",
        "upToId",
    }
    refused: set[str] = set()
    for file in Path("service").rglob("*.py"):
        calls = re.findall(r"InvalidInput\((?:[^()]|\([^()]*\))*\)", file.read_text(encoding="utf-8"))
        refused |= {to_camel_case(name) for call in calls for name in re.findall(r'path=\("(\w+)",\)', call)}
    assert {"email", "url", "locale"} <= refused
    scripts = [files("service.web").joinpath("static", name) for name in ("parts/invalid.js", "pieces.js")]
    named = {
        name for file in scripts for name in re.findall(r"\b(\w+): _\(", file.read_text(encoding="utf-8"))
    }
    assert refused - named - by_programs == set()


@pytest.mark.parametrize(
    ("enum", "script", "page"),
    [
        (AuditAction, "views/log.js", "log.html"),
        (PublicEventKind, "parts/kinds.js", "kinds.html"),
        (Outcome, "views/traces.js", "traces.html"),
        (Outcome, "views/why.js", "why.html"),
        (WebhookEnd, "views/webhooks.js", "webhooks.html"),
        (DeclineReason, "parts/standing.js", "standing.html"),
    ],
)
def test_each_value_that_is_shown_has_its_words(enum: type[Enum], script: str, page: str) -> None:
    web = files("service.web")
    for text in (
        web.joinpath("static", script).read_text(encoding="utf-8"),
        web.joinpath("templates", page).read_text(encoding="utf-8"),
    ):
        said = set(re.findall(r'\b([A-Z_]{2,})"?: _\(', text))
        assert {member.name for member in enum} - said == set()


def test_the_script_has_the_same_texts() -> None:
    assert '"Skills": "Fähigkeiten"' in script_of("de")
    assert '["%(n)s Rolle", "%(n)s Rollen"]' in script_of("de")
    assert pseudo_form("%(n)s Skills") == "[%(n)s Škíllš····]"


@pytest.mark.parametrize(
    "path",
    ["/", "/roles", "/roles/platform-engineer", "/skills/progressive-delivery", "/proposals", "/queue", "/x"],
)
async def test_no_text_of_the_interface_is_left_in_english(community: Community, path: str) -> None:
    """In the pseudo-locale every text of the interface stands in brackets; what has none is of the catalogue itself."""
    page = await community.product.client.get(path, headers={"Cookie": f"language={PSEUDO}"})
    body = re.sub(
        r"<style>.*?</style>|<script.*?</script>|<title>.*?</title>", "", page.text, flags=re.DOTALL
    )
    body = re.sub(r"\[[^\[\]]*\]", "", body)
    left = {" ".join(text.split()) for text in re.findall(r">([^<]+)<", body)} - {""}
    allowed = re.compile(
        r"[\d\W]+|Skill Profile|GraphQL|English|Deutsch|Test|Group|Domain|canary|rollback|What .* is\.|"
        r"Progressive Delivery.*|(Platform|Release|Site Reliability) Engineer|Junior|Middle|Senior|Lead / Staff|"
        r"Lead &#?\w+; Staff|Principal|http://skills\.test.*|(?:January|March) \d+, \d+.*"
    )
    assert {text for text in left if not allowed.fullmatch(text)} == set()
