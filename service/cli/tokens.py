"""`skillprofile token`: bearer tokens, by which a program signs in as a person."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from service.cli.options import DataOption
from service.cli.output import say
from service.cli.stores import with_database

if TYPE_CHECKING:
    from service.database import Database

# `PersonRole` in small letters: reading it there would load the database's libraries for every `--help`.
RoleName = Literal["reader", "contributor", "reviewer", "maintainer", "admin"]


def create(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="The person's address.")],
    role: Annotated[
        RoleName | None,
        typer.Option(
            help="What the person may do from now on; somebody new is a contributor where not said."
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The person's name from now on.")] = None,
    data: DataOption = None,
) -> None:
    """Print a new token for the person of the address, who is made where unknown. Only its hash is kept."""

    async def issue(database: "Database") -> str:
        from service.people import actions
        from service.people.models import PersonRole

        async with database.transaction() as session:
            return await actions.issue_token(
                session,
                email,
                role=PersonRole(role.upper()) if role else None,
                name=name,
                at=datetime.now(UTC),
            )

    say(with_database(data, issue))
