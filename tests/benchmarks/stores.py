"""The PostgreSQL and the Valkey of a run."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.cli.stores import Stores, given
from service.embedded import servers


@contextmanager
def stores() -> Iterator[Stores]:
    """Those of the environment, else some that live as long as the block."""
    if where := given():
        yield Stores(where.settings().database_url, where.redis_url)
        return
    with (
        tempfile.TemporaryDirectory(prefix="skillprofile-bench-") as folder,
        servers(Path(folder), own=True) as up,
    ):
        yield Stores(up.database_url, up.redis_url)
