"""Global ids, and the objects that have one.

An id is the base64url text of `1:Type:key`, where 1 is the version of the form and the key one or more row ids joined
by points. Clients keep ids and send them back; they do not look inside.
"""

import asyncio
import base64
import binascii
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

import strawberry

from service.api.context import Info
from service.api.failures import Code, RequestError
from service.api.plan.marks import METADATA, IdField
from service.api.plan.reading import rows_by
from service.people.models import Person
from service.sources import Source

_FORM = re.compile(r"1:([A-Z][A-Za-z]{0,40}):(\d{1,19}(?:\.\d{1,19}){0,2})")
_ID_MAX = 200
_IDS_MAX = 100
_BIGINT_MAX = 2**63 - 1

Key = tuple[int, ...]


# Every type with an id, by its name in the schema.
NODE_TYPES: dict[str, type["Node"]] = {}


@strawberry.interface(description="An object with a global id, by which it can be fetched again.")
class Node:
    """One row of its type's source, which holds the columns that the fields read."""

    record: strawberry.Private[Any]

    if TYPE_CHECKING:
        origin: ClassVar[Source]

    def __init_subclass__(cls, *, source: Source) -> None:
        super().__init_subclass__()
        cls.origin = source
        NODE_TYPES[cls.__name__] = cls

    @strawberry.field(description="The global id. Opaque: keep it as it is.", metadata={METADATA: IdField()})
    def id(self) -> strawberry.ID:
        """Of the type that the object has in the schema."""
        return encode_id(type(self).__name__, self.key)

    @property
    def key(self) -> Key:
        """What tells the row from all others of its source."""
        return tuple(getattr(self.record, name) for name in self.origin.key)

    @classmethod
    def of(cls, row: Any) -> Self:
        """The object of a row."""
        return cls(record=row)

    @classmethod
    async def find(cls, info: Info, key: Key) -> Self | None:
        """The object of the key, if there is one that the viewer may see."""
        if len(key) != len(cls.origin.key):
            return None
        rows = await info.context.get(rows_by, key, cls.origin, info.context.viewpoint, cls.origin.key)
        return cls.of(rows[0]) if rows and cls.is_visible(rows[0], info.context.viewer) else None

    @classmethod
    def is_visible(cls, row: Any, viewer: Person | None) -> bool:  # noqa: ARG003
        """Whether the viewer may see the row: in one place for every path to it. The catalogue is public."""
        return True


async def find_row(info: Info, type_name: str, row_id: int | None) -> Any:
    """The object of a row's id; for modules that cannot name a type because it needs them."""
    return None if row_id is None else await NODE_TYPES[type_name].find(info, (row_id,))


async def find_node(info: Info, node_id: str) -> Node | None:
    """The object of the id; None for an id of nothing, and for what is no id at all."""
    decoded = decode_id(node_id)
    if decoded is None:
        return None
    type_name, key = decoded
    return await NODE_TYPES[type_name].find(info, key)


async def find_nodes(info: Info, ids: Sequence[str]) -> list[Node | None]:
    """The objects of the ids, found at the same time so that their loads are batched.

    Raises:
        RequestError: BAD_USER_INPUT for more than 100 ids.
    """
    if len(ids) > _IDS_MAX:
        raise RequestError(
            f"nodes takes at most {_IDS_MAX} ids; send them in several requests.", Code.BAD_USER_INPUT
        )
    return list(await asyncio.gather(*(find_node(info, node_id) for node_id in ids)))


def encode_id(type_name: str, key: Key) -> strawberry.ID:
    """The global id of an object."""
    text = f"1:{type_name}:{'.'.join(map(str, key))}"
    return strawberry.ID(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))


def decode_id(node_id: str) -> tuple[str, Key] | None:
    """The type and key that an id holds; None where it is malformed or of no known type."""
    if len(node_id) > _ID_MAX:
        return None
    try:
        text = base64.b64decode(node_id + "=" * (-len(node_id) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    form = _FORM.fullmatch(text)
    if form is None or form[1] not in NODE_TYPES:
        return None
    key = tuple(int(part) for part in form[2].split("."))
    if max(key) > _BIGINT_MAX or encode_id(form[1], key) != node_id.rstrip("="):
        return None
    return form[1], key


def row_id(node_id: str, type_name: str) -> int | None:
    """The row id that an id of the type holds; None for any other id."""
    decoded = decode_id(node_id)
    if decoded is None or decoded[0] != type_name or len(decoded[1]) != 1:
        return None
    return decoded[1][0]
