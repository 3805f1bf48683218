"""The form of the log lines, as a process writes them."""

import json
import os
import pty
import subprocess
import sys

import pytest

_COLOUR = "\x1b["
_SAY = """
import sys
from service import journal
journal.set_up("INFO", sys.argv[1])
import logging, structlog
try:
    raise ValueError("odd")
except ValueError:
    structlog.get_logger().exception("failed", secret_of_the_caller=None)
logging.getLogger("library").warning("library speaks")
"""


def said(form: str, *, terminal: bool = False, **environment: str) -> str:
    """What a process says on stderr: to a pipe, or to a terminal."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    command, env = [sys.executable, "-c", _SAY, form], {**plain, "TERM": "xterm", **environment}
    if not terminal:
        return subprocess.run(command, env=env, stderr=subprocess.PIPE, text=True, check=True).stderr
    ours, its = pty.openpty()
    subprocess.run(command, env=env, stderr=its, check=True)
    os.close(its)
    found = b""
    try:
        while piece := os.read(ours, 65_536):
            found += piece
    except OSError:  # Linux says so at the end
        pass
    finally:
        os.close(ours)
    return found.decode()


@pytest.mark.parametrize(("form", "terminal"), [("json", False), ("json", True), ("auto", False)])
def test_json_is_a_line_an_event(form: str, terminal: bool) -> None:
    failed, library = [json.loads(line) for line in said(form, terminal=terminal).splitlines()]
    assert failed["event"] == "failed"
    assert "ValueError: odd" in failed["exception"]
    assert library["event"] == "library speaks"


@pytest.mark.parametrize(
    ("form", "terminal", "environment", "coloured"),
    [
        ("text", False, {}, False),
        ("text", False, {"FORCE_COLOR": "1"}, True),
        ("text", True, {}, True),
        ("auto", True, {}, True),
        ("text", True, {"NO_COLOR": "1"}, False),
    ],
)
def test_text_has_colours_where_they_are_shown(
    form: str, terminal: bool, environment: dict[str, str], coloured: bool
) -> None:
    text = said(form, terminal=terminal, **environment)
    assert not text.startswith("{")
    assert "failed" in text
    assert "library speaks" in text
    assert "ValueError" in text
    assert (_COLOUR in text) is coloured
