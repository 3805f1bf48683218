"""The typer program: every command under its name, and one line on stderr for whatever goes wrong."""

import typer

from service.cli import api, catalogue_files, dev, doctor, inbox, mails, migrate, recount, tokens, worker
from service.cli.failures import ExitCode, one_line

_EPILOG = "Exit codes: " + "; ".join(f"{code.value} {code.meaning}" for code in ExitCode) + "."

program = typer.Typer(
    name="skillprofile",
    help="Skill Profile, an open competency catalogue. Without DATABASE_URL and REDIS_URL every command uses "
    "the PostgreSQL and the Valkey of a data folder, and starts them where they are not running.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
token = typer.Typer(help="Bearer tokens, by which a program signs in as a person.", no_args_is_help=True)
mail = typer.Typer(help="Mails that wait, have failed or came back.", no_args_is_help=True)

program.command("dev", epilog=_EPILOG)(dev.dev)
program.command("api", epilog=_EPILOG)(api.api)
program.command("worker", epilog=_EPILOG)(worker.worker)
program.command("migrate", epilog=_EPILOG)(migrate.migrate)
program.command("import", epilog=_EPILOG)(catalogue_files.import_files)
program.command("export", epilog=_EPILOG)(catalogue_files.export_files)
program.add_typer(token, name="token")
token.command("create", epilog=_EPILOG)(tokens.create)
program.add_typer(mail, name="mail")
mail.command("list", epilog=_EPILOG)(mails.list_)
mail.command("show", epilog=_EPILOG)(mails.show)
mail.command("redrive", epilog=_EPILOG)(mails.redrive)
mail.command("bounce", epilog=_EPILOG)(mails.bounce)
program.command("recount", epilog=_EPILOG)(recount.recount)
program.command("doctor", epilog=_EPILOG)(doctor.doctor)
program.command("inbox", epilog=_EPILOG)(inbox.inbox)


def main() -> None:
    """Run the command that the process's arguments name, and end the process with its code."""
    with one_line("skillprofile"):
        program()
