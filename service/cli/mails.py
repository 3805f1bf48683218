"""`skillprofile mail`: mails that wait or have failed, and reports of those that came back."""

import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.cli.failures import CommandFailed, ExitCode
from service.cli.folder import data_folder, secret_key
from service.cli.options import DataOption, JsonOption
from service.cli.output import print_json, print_table, say
from service.cli.stores import given, with_database

if TYPE_CHECKING:
    from service.database import Database
    from service.notifications.mailroom import MailEntry
    from service.notifications.reports import Report

_COLUMNS = ("mail", "to", "state", "tries", "due", "why")


class StateName(StrEnum):
    """Where a mail stands."""

    COLLECTING = "collecting"
    QUEUED = "queued"
    DEFERRED = "deferred"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


def list_(
    state: Annotated[
        list[StateName] | None,
        typer.Option(help="Where the mails stand, once for each; failed ones where not said."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most, the newest first.")] = 100,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Show the mails that have failed, or those that stand otherwise."""

    async def read(database: "Database") -> "list[MailEntry]":
        from service.notifications.mailroom import list_mails
        from service.notifications.models import MailState

        states = [MailState[each.name] for each in state or [StateName.FAILED]]
        async with database.read_session() as session:
            return await list_mails(session, states, limit=limit)

    found = with_database(data, read)
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        print_table(_COLUMNS, map(_row, found))


def show(
    mail: Annotated[int, typer.Argument(metavar="MAIL", help="The mail's number.")],
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Show one mail: where it stands, what it tells, and what came back of it."""

    async def read(database: "Database") -> dict[str, Any]:
        return await _shown(database, mail)

    found = with_database(data, read)
    if as_json:
        print_json(found)
        return
    tells = [f"{each['kind']} {each['event_id']} {each['happened_at']}" for each in found.pop("tells")]
    reports = [f"{each['kind']} {each['received_at']} {each['reason']}" for each in found.pop("came_back")]
    rows = [(name.replace("_", " "), str(value)) for name, value in found.items() if value is not None]
    rows += [("tells", text) for text in tells] + [("came back", text) for text in reports]
    print_table(("what", "is"), rows)


def redrive(
    mails: Annotated[
        list[int] | None, typer.Argument(metavar="[MAIL]...", help="Numbers of failed mails.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that have failed.")] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
) -> None:
    """Let failed mails go out once more, within seconds."""
    if everything is bool(mails):
        raise CommandFailed("Name the failed mails, or give --all.", ExitCode.USAGE)

    async def send_on(database: "Database") -> list[int]:
        from service.notifications import mailroom

        async with database.transaction() as session:
            return await mailroom.redrive(session, None if everything else mails, at=datetime.now(UTC))

    sent_on = with_database(data, send_on)
    if as_json:
        print_json({"redriven": sent_on})
    else:
        say(f"{len(sent_on)} mails go out once more")
    if missing := sorted(set(mails or ()) - set(sent_on)):
        names = ", ".join(map(str, missing))
        raise CommandFailed(f"These are no mails that have failed: {names}.")


def bounce(
    report: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="The report as it came; stdin where not given.")
    ] = None,
    data: DataOption = None,
) -> None:
    """Take in a delivery report or a complaint, as a mail server hands it to a program."""
    from service.notifications.reports import SIZE_MAX, NoReport, read_report

    try:
        raw = sys.stdin.buffer.read(SIZE_MAX) if report is None else report.read_bytes()
        found = read_report(raw)
    except OSError as error:
        raise CommandFailed(f"{report} cannot be read: {error.strerror}.", ExitCode.USAGE) from None
    except NoReport as error:
        raise CommandFailed(f"Nothing was taken in: {error}.") from None
    key = _secret_key(data)

    async def take(database: "Database") -> str:
        return await _taken_in(database, found, key)

    say(with_database(data, take))


async def _shown(database: "Database", mail_id: int) -> dict[str, Any]:
    from service.notifications import mailroom

    async with database.read_session() as session:
        entry = await mailroom.find_mail(session, mail_id)
        if entry is None:
            raise CommandFailed(
                f"There is no mail {mail_id}: `skillprofile mail list` shows those there are."
            )
        told, reports = await mailroom.told_by(session, mail_id), await mailroom.came_back(session, mail_id)
    return asdict(entry) | {
        "tells": [asdict(each) for each in told],
        "came_back": [asdict(each) for each in reports],
    }


async def _taken_in(database: "Database", report: "Report", key: str) -> str:
    """What was done, in a line.

    Raises:
        CommandFailed: the report names no mail of this instance, or several.
    """
    from service.notifications.envelope import mail_of_envelope
    from service.notifications.suppression import record_bounce

    found = {mail_of_envelope(address, key) for address in report.senders}
    ids = [mail_id for mail_id in found if mail_id is not None]
    if len(ids) != 1:
        raise CommandFailed("Nothing was taken in: the report names no mail that this instance has sent.")
    if report.kind is None:
        return f"mail {ids[0]}: nothing has come back yet"
    async with database.transaction() as session:
        stops = await record_bounce(session, ids[0], report.kind, report.reason, at=datetime.now(UTC))
    return f"mail {ids[0]}: {'its reader gets no more mail' if stops else 'noted'}"


def _secret_key(data: Path | None) -> str:
    """The key by which envelopes are signed: the environment's, or that of the data folder."""
    if given() is None:
        return secret_key(data_folder(data))
    if key := os.environ.get("SECRET_KEY"):
        return key
    raise CommandFailed("SECRET_KEY is not set: give that of the API and the worker.", ExitCode.USAGE)


def _row(entry: "MailEntry") -> tuple[str, ...]:
    why = entry.last_error or entry.silence or ""
    due = f"{entry.due_at:%Y-%m-%d %H:%M}"
    return (str(entry.id), entry.address, entry.state.lower(), str(entry.attempts), due, why)
