"""The pages behind a mail's other links: muting its thread, and ending digests.

As with unsubscribing, GET shows and changes nothing, and POST acts, without sign-in, any number of times.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.database import AsyncSession, Database
from service.errors import DomainError
from service.notifications.preferences import update_settings
from service.notifications.rules import SettingsChoices
from service.watches import actions
from service.watches.links import muting_of_token, person_of_token
from service.watches.rules import Choices
from service.web.plain import plain_page


def routes(
    database: Database, *, secret_key: str, site_name: str, now: Callable[[], datetime]
) -> list[Route]:
    """`/m/TOKEN` mutes, `/d/TOKEN` ends digests; `/undo` behind either takes it back."""

    async def mute(session: AsyncSession, token: str, *, undo: bool) -> bool:
        muting = muting_of_token(secret_key, token)
        if muting is not None:
            choices = Choices(is_muted=not undo)
            await actions.watch(session, muting.subject, by=muting.person_id, at=now(), choices=choices)
        return muting is not None

    async def end_digests(session: AsyncSession, token: str, *, undo: bool) -> bool:
        person_id = person_of_token(secret_key, token)
        if person_id is not None:
            await update_settings(session, SettingsChoices(has_digests=undo), by=person_id, at=now())
        return person_id is not None

    def pages(prefix: str, knows: Callable[[str], bool], act: Callable[..., Awaitable[bool]]) -> list[Route]:
        def answer(request: Request, state: str, status: int = 200) -> Response:
            path = f"/{prefix}/{request.path_params['token']}"
            return plain_page(
                "mail_link", request, site_name=site_name, status=status, state=state, path=path, kind=prefix
            )

        async def show(request: Request) -> Response:
            token = request.path_params["token"]
            return answer(request, "asked") if knows(token) else answer(request, "unknown", 404)

        async def do(request: Request) -> Response:
            return await acted(request, undo=False)

        async def undo(request: Request) -> Response:
            return await acted(request, undo=True)

        async def acted(request: Request, *, undo: bool) -> Response:
            token = request.path_params["token"]
            if not knows(token):
                return answer(request, "unknown", 404)
            try:
                async with database.transaction() as session:
                    await act(session, token, undo=undo)
            except DomainError:
                return answer(request, "later", 429)
            return answer(request, "undone" if undo else "done")

        return [
            Route(f"/{prefix}/{{token}}", show, methods=["GET"]),
            Route(f"/{prefix}/{{token}}", do, methods=["POST"]),
            Route(f"/{prefix}/{{token}}/undo", undo, methods=["POST"]),
        ]

    return [
        *pages("m", lambda token: muting_of_token(secret_key, token) is not None, mute),
        *pages("d", lambda token: person_of_token(secret_key, token) is not None, end_digests),
    ]
