"""`skillprofile token`: bearer tokens, by which a program signs in as a person."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli.options import DataOption
from service.cli.output import say
from service.cli.stores import with_database

if TYPE_CHECKING:
    from service.database import Database

# `PersonRole` and `TokenScope` in small letters: reading them there would load the database's libraries for every
# `--help`.
RoleName = Literal["reader", "contributor", "reviewer", "maintainer", "admin"]


class ScopeName(StrEnum):
    """What a token may be used for."""

    READ = "read"
    PROPOSE = "propose"
    REVIEW = "review"
    ADMIN = "admin"


def create(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The person's address.")],
    role: Annotated[
        RoleName | None,
        typer.Option(
            help="What the person may do from now on; somebody new is a contributor where not said."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The person's name from now on.")] = None,
    scope: Annotated[
        list[ScopeName] | None,
        typer.Option(help="What the token may be used for, once for each; all where not said."),
    ] = None,
    expires: Annotated[
        int | None,
        typer.Option(
            min=1, max=3_650, metavar="DAYS", help="After how many days it ends; never where not said."
        ),
    ] = None,
    data: DataOption = None,
) -> None:
    """Print a new token for the person of the address, who is made where unknown. Only its hash is kept."""

    async def issue(database: "Database") -> str:
        from service.credentials import actions
        from service.credentials.models import TokenScope
        from service.people.models import PersonRole

        now = datetime.now(UTC)
        scopes = [TokenScope[each.name] for each in scope] if scope else list(TokenScope)
        async with database.transaction() as session:
            return await actions.issue_token(
                session,
                email,
                role=PersonRole(role.upper()) if role else None,
                name=name,
                scopes=scopes,
                expires_at=None if expires is None else now + timedelta(days=expires),
                at=now,
            )

    say(with_database(data, issue))
