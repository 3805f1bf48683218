"""Who sends a request: the person behind its bearer token."""

from datetime import datetime

from starlette.requests import Request

from service.api.failures import Code, HttpError
from service.database import Database
from service.people.actions import hash_token
from service.people.models import Person
from service.people.queries import find_person_by_token

_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="skillprofile"'}


async def viewer_of(request: Request, database: Database, *, at: datetime) -> Person | None:
    """The person of the request's token; None without one.

    Raises:
        HttpError: 401 for a token that is malformed, unknown, expired or revoked: an answer as if nobody were signed
            in would hide that from the client.
    """
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise HttpError(
            401,
            "Sign in with the header “Authorization: Bearer TOKEN”.",
            Code.UNAUTHENTICATED,
            headers=_CHALLENGE,
        )
    async with database.read_session() as session:
        person = await find_person_by_token(session, hash_token(token.strip()), at=at)
    if person is None:
        message = "The token is unknown, expired or revoked: make a new one, or send none to read."
        raise HttpError(401, message, Code.UNAUTHENTICATED, headers=_CHALLENGE)
    return person
