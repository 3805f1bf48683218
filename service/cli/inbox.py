"""`skillprofile inbox`: a mail server that keeps every mail and shows it, for trying things out."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from service.cli.listening import listen, url_of
from service.cli.output import say_aside
from service.cli.supervision import stopped_in_order


def inbox(
    folder: Annotated[
        Path, typer.Option(metavar="DIR", envvar="INBOX_FOLDER", help="Where the mails are kept.")
    ],
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    smtp_port: Annotated[int, typer.Option(min=0, max=65535, help="The port that takes mails.")] = 1025,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the page.")] = 8025,
) -> None:
    """Take every mail over SMTP, send none on, and show them on a page at /dev/inbox. Never for real mail."""
    with stopped_in_order():
        asyncio.run(_serve(folder, host, smtp_port, port))


async def _serve(folder: Path, host: str, smtp_port: int, port: int) -> None:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import RedirectResponse
    from starlette.routing import Route

    from service.inbox.page import routes
    from service.inbox.smtp import sink
    from service.inbox.store import InboxStore

    store = InboxStore(folder)
    home = Route("/", lambda _request: RedirectResponse("/dev/inbox"))
    page = Starlette(routes=[home, *routes(store)])
    with listen(host, port) as listener:
        async with sink(store, host, smtp_port) as smtp:
            say_aside(f"mails are taken at smtp://{host}:{smtp} and shown at {url_of(listener)}/dev/inbox")
            config = uvicorn.Config(page, log_config=None, access_log=False, timeout_graceful_shutdown=1)
            await uvicorn.Server(config).serve([listener])
