"""What stands in the way of a transaction."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from service.database import Database
from service.errors import Busy


async def ended_by(database: Database, state: str) -> None:
    async with database.transaction() as session:
        await session.execute(sa.text(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"))


@pytest.mark.parametrize("state", ["40001", "40P01", "55P03", "57014"])
async def test_what_others_stand_in_the_way_of_may_be_tried_again(database: Database, state: str) -> None:
    with pytest.raises(Busy):
        await ended_by(database, state)


async def test_what_is_wrong_in_itself_may_not(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await ended_by(database, "22012")
