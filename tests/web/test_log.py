"""The moderators' log as a page: each act has its words, as the server writes it and in the script."""

import re
from pathlib import Path

import pytest

from service.moderation.models import AuditAction
from tests.factories.community import Community
from tests.factories.webhooks import made_webhook, maintainer

WEB = Path(__file__).parents[2] / "service" / "web"


@pytest.mark.parametrize("view", ["templates/log.html", "static/views/log.js"])
def test_each_act_has_its_words(view: str) -> None:
    said = re.findall(r'\b([A-Z]+(?:_[A-Z]+)+)"?: _\("\w', WEB.joinpath(view).read_text(encoding="utf-8"))
    assert sorted(said) == sorted(AuditAction)


async def test_a_webhook_is_told_by_its_host(community: Community) -> None:
    await made_webhook(community, "https://hooks.skills.test/a-secret-path")
    headers = {"Authorization": f"Bearer {await maintainer(community)}", "Accept": "text/html"}
    page = await community.product.client.get("/moderation/log", headers=headers)
    assert page.status_code == 200
    text = re.sub(r"<script.*?</script>", "", page.text, flags=re.DOTALL)
    assert re.search(r"made a webhook</strong>\s*hooks\.skills\.test", text)
    assert "a-secret-path" not in page.text
