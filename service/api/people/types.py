"""People as others see them, and the viewer as that person sees themselves."""

from typing import Self

import strawberry

from service.api.context import Info
from service.api.enums import describe_enum
from service.api.node import Key, Node
from service.people import queries
from service.people.models import Person as PersonRow
from service.people.models import PersonRole

describe_enum(
    PersonRole,
    "What a person may do; each may do all that those before it may.",
    READER="Watches skills.",
    CONTRIBUTOR="Proposes changes.",
    REVIEWER="Decides on the proposals of others.",
    MAINTAINER="Keeps the catalogue and its community in order.",
    ADMIN="Runs the instance.",
)


@strawberry.type(description="Somebody of the community, as everybody may see them.")
class Person(Node):
    """Never with an address."""

    name: str = strawberry.field(description="The name to show.")

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Anybody may see any person's name."""
        row = await info.context.load(queries.people_by_id, key[0])
        return None if row is None else cls.of(row)

    @classmethod
    async def find_by_id(cls, info: Info, person_id: int | None) -> Self | None:
        """The person behind a foreign key, where there still is one."""
        return None if person_id is None else await cls.find(info, (person_id,))


@strawberry.type(description="The signed-in person.")
class Viewer(Node):
    """What only the person may see of themselves."""

    email: str = strawberry.field(description="The address that mails go to.")
    role: PersonRole = strawberry.field(description="What the person may do.")
    record: strawberry.Private[PersonRow]

    @strawberry.field(description="The person as others see them.")
    def person(self) -> Person:
        """The same row."""
        return Person.of(self.record)

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """Only oneself."""
        viewer = info.context.viewer
        return cls.of(viewer, record=viewer) if viewer is not None and (viewer.id,) == key else None
