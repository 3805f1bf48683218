"""What the API and the worker need before they start, as processes."""

import os

from service.cli.folder import secret_key
from service.cli.stores import Stores, ensure_reachable


def environment(where: Stores) -> dict[str, str]:
    """The variables that lead a process to the stores; with embedded ones, also the data folder's secret key."""
    found = {"DATABASE_URL": where.database_url, "REDIS_URL": where.redis_url}
    if where.folder and not os.environ.get("SECRET_KEY"):
        found["SECRET_KEY"] = secret_key(where.folder)
    return found


async def ensure_servable(where: Stores) -> None:
    """Find out here what a process could only die of, and put its settings into our environment.

    Raises:
        CommandFailed: a server is away.
        StaleSchema: the schema is not this version's.
        ValidationError: a setting is missing or wrong.
    """
    from service import migration
    from service.settings import Settings

    await ensure_reachable(where)
    os.environ.update(environment(where))
    await migration.ensure_current(Settings().database_url)
