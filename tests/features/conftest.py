"""Where most stories begin."""

import pytest

from tests.factories import Product
from tests.factories.community import Community, make_community


@pytest.fixture
async def community(product: Product) -> Community:
    """A skill with ten requirements, and its people; nobody watches yet."""
    return await make_community(product)
