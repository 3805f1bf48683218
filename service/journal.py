"""Logging of both processes: one line an event on standard error, as text for people or as JSON for programs."""

import logging
import os
import sys
from typing import Literal, TextIO

import structlog

Format = Literal["auto", "text", "json"]

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_AS_JSON: list[structlog.typing.Processor] = [
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(),
]


def set_up(level: str = "INFO", format: Format = "auto") -> None:
    """Send structlog's events and the libraries' own records the same way.

    `auto` is text on a terminal and JSON elsewhere.

    Raises:
        ValueError: no such level.
    """
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise ValueError(f"there is no log level {level!r}: use DEBUG, INFO, WARNING or ERROR")
    as_text = format == "text" or (format == "auto" and sys.stderr.isatty())
    tail = _as_text(colours=shows_colours(sys.stderr)) if as_text else _AS_JSON
    structlog.configure(
        processors=[*_SHARED, *tail],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_SHARED,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail],
        )
    )
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[handler], force=True)


def shows_colours(stream: TextIO) -> bool:
    """Whether a person sees colours there. NO_COLOR and FORCE_COLOR, where not empty, have the say."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def _as_text(*, colours: bool) -> list[structlog.typing.Processor]:
    # The plain traceback: one with the values of variables could show a secret.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]
