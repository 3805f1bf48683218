"""A site by https, as browsers that keep a session need it."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from service.settings import Settings
from tests.factories import Product
from tests.factories.browser import SITE, Browser

LISTED = "https://docs.skills.test"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The site's own address, and another site whose pages may call the API."""
    return settings.model_copy(update={"site_url": SITE, "cors_origins": [LISTED]})


@pytest.fixture(autouse=True)
async def nothing_counted(valkey: Redis) -> None:
    """Nobody has tried anything yet."""


@pytest.fixture
async def browser(product: Product) -> AsyncIterator[Browser]:
    """One that has never been here."""
    async with Browser(product) as found:
        yield found


@pytest.fixture
async def other(product: Product) -> AsyncIterator[Browser]:
    """Another one, elsewhere."""
    async with Browser(product, name="Chrome", address="198.51.100.7") as found:
        yield found
