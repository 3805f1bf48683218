"""The queue cannot be reached: people write and read all the same."""

from pathlib import Path

import pytest

from service.settings import Settings
from tests.factories import Product
from tests.factories.community import AUTHOR, WATCHER, edit_skill, make_community


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Settings that name a queue which is not there."""
    return settings.model_copy(update={"redis_url": f"unix://{tmp_path}/nothing.sock"})


async def test_a_change_is_accepted_and_mailed_later(product: Product) -> None:
    community = await make_community(product)
    await community.watch()
    after = await community.apply(edit_skill(name="Gradual Delivery"))
    assert (after["name"], after["revision"]) == ("Gradual Delivery", 2)
    await product.work()
    assert sorted(mail["To"].addresses[0].addr_spec for mail in product.mail.messages) == [AUTHOR, WATCHER]
