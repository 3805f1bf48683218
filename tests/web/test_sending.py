"""What of a page is kept, for whom, and what its browser asks for before it shows it."""

import base64
import gzip
import hashlib
import re

from starlette.requests import Request
from starlette.responses import Response

from service.web.sending import key_of, sent_to_everybody
from tests.factories.community import Community, edit_skill

SKILL = "/skills/progressive-delivery"


def test_a_page_is_written_and_compressed_once_for_each_way_to_send_it() -> None:
    written: list[str] = []

    def page(encoding: str, name: str = "page") -> Response:
        def write() -> bytes:
            written.append(encoding)
            return name.encode()

        headers = [(b"accept-encoding", encoding.encode())]
        return sent_to_everybody(key_of(name), write, Request({"type": "http", "headers": headers}))

    for encoding in ("identity", "gzip, br", "identity", "gzip"):
        body = page(encoding, "Written once for each").body
        assert (gzip.decompress(body) if "gzip" in encoding else body) == b"Written once for each"
    assert written == ["identity", "gzip, br"]
    assert page("identity", "Another").body == b"Another"


async def test_a_page_is_kept_for_each_way_to_read_it_and_for_no_other_data(community: Community) -> None:
    client = community.product.client
    german = {"Accept-Language": "de"}
    english = [(await client.get(SKILL, headers={"Accept-Language": tag})).text for tag in ("en-GB", "en-US")]
    assert ["17 March 2026" in text for text in english] == [True, False]
    assert "17. März 2026" in (await client.get(SKILL, headers=german)).text
    packed = await client.get(SKILL, headers=german)
    plain = await client.get(SKILL, headers=german | {"Accept-Encoding": "identity"})
    assert (packed.headers.get("content-encoding"), plain.headers.get("content-encoding")) == ("gzip", None)
    assert packed.text == plain.text
    await community.apply(edit_skill(summary="Another."))
    assert "Another." in (await client.get(SKILL, headers=german)).text


async def test_nothing_is_loaded_before_a_page_is_shown_but_the_script_that_waits(
    community: Community,
) -> None:
    page = await community.product.client.get(SKILL)
    head = page.text.split("</head>")[0]
    assert re.findall(r"(?:src|href)=\"/assets/\w+/([^\"]+)\"", head) == ["icon.svg", "start.js"]
    [style] = re.findall(r"<style>(.*?)</style>", head, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'self' 'sha256-{digest}'" in page.headers["content-security-policy"]
