"""One's own account in a browser, and what is said in German where something is wrong."""

import asyncio
import json
from pathlib import Path

from tests.e2e.conftest import Open
from tests.e2e.visiting import visit
from tests.factories.community import AUTHOR, Community


async def test_somebody_changes_takes_along_and_ends_their_account(
    community: Community, opened: Open
) -> None:
    page = await opened("/settings/account", token=community.author)
    await page.get_by_label("The name that others see").fill("Nora")
    await page.get_by_role("button", name="Save").click()
    await page.locator(".lead", has_text="Nora").wait_for()

    async with page.expect_download() as awaited:
        await page.get_by_role("button", name="Get the file").click()
    file = Path(await (await awaited.value).path())
    document = json.loads(await asyncio.to_thread(file.read_text))
    assert AUTHOR in json.dumps(document)

    await page.get_by_label("New address").fill("nora@skills.test")
    await page.get_by_role("button", name="Send a link there").click()
    await page.locator("#said", has_text="A link is on its way to the new address.").wait_for(
        state="attached"
    )
    await community.product.work()
    assert community.product.mail.to("nora@skills.test")

    await page.get_by_text("End my account …").click()
    await page.get_by_label("Your address once more").fill("other@skills.test")
    await page.get_by_role("button", name="End it for good").click()
    await page.get_by_role("alert").filter(has_text="address").wait_for()
    await page.get_by_label("Your address once more").fill(AUTHOR)
    await page.get_by_role("button", name="End it for good").click()
    await page.wait_for_url("**/")
    opened.complaints.clear()  # type: ignore[attr-defined]  # of the 401 to a token that is none any more


async def test_what_is_wrong_is_said_in_german_and_alike_names_are_shown(
    community: Community, opened: Open
) -> None:
    await community.add_skill("Trunk Based Delivery")
    page = await opened(
        "/skills/progressive-delivery/suggest", token=community.author, cookie="language=de", locale="de"
    )
    await page.get_by_label("Name", exact=True).fill("Trunk Based Delivery")
    await page.get_by_label("Titel").fill("Anders heißen")
    await page.get_by_role("link", name="Trunk Based Delivery").wait_for()
    await page.get_by_label("Kurzname").fill("trunk-based-delivery")
    await page.get_by_role("button", name="Vorschlag senden").click()
    await page.get_by_role("alert").filter(has_text="führt zu einer anderen Fähigkeit").wait_for()
    await page.get_by_label("Kurzname").fill("Nicht so!")
    await page.get_by_role("button", name="Vorschlag senden").click()
    await page.get_by_role("alert").filter(has_text="Ein Kurzname besteht aus Kleinbuchstaben").wait_for()

    await visit(page, "/settings/account")
    await page.get_by_label("Name").fill("Ada, siehe https://ada.example")
    await page.get_by_role("button", name="Speichern").click()
    await page.get_by_role("alert").filter(has_text="„Name“ kann so nicht angenommen werden").wait_for()
    assert "A name holds" not in await page.get_by_role("alert").inner_text()
