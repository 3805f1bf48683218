"""Whose eyes a statement reads with, as its parameters: one statement serves everybody."""

from typing import Any

import sqlalchemy as sa

from service.sources import Viewpoint

_PERSON, _IS_MODERATOR = "viewpoint_person", "viewpoint_is_moderator"
VIEWPOINT = Viewpoint(
    sa.bindparam(_PERSON, type_=sa.BigInteger(), required=False),
    sa.bindparam(_IS_MODERATOR, type_=sa.Boolean(), required=False),
)


def values_of(viewpoint: Viewpoint) -> dict[str, Any]:
    """The parameters' values for somebody."""
    return {_PERSON: viewpoint.person_id, _IS_MODERATOR: viewpoint.is_moderator}
