"""A link in a mail: it signs in the browser that asked for it, once, for ten minutes, and nobody else."""

import asyncio
from base64 import urlsafe_b64decode
from pathlib import Path
from statistics import median
from time import process_time

import pytest
import sqlalchemy as sa
from graphql import build_schema

from service.api.cookies import SESSION, Cookies
from service.people.models import PersonRole
from service.settings import Settings
from service.sign_in import keys
from service.sign_in.rules import TRIES
from service.web.sign_in import BROWSER
from tests.factories import Product
from tests.factories.browser import COOKIE, OWN, SITE, Browser
from tests.factories.contents import everything
from tests.factories.statements import recorded_statements

ADA, WENDY = "ada@skills.test", "wendy@skills.test"


async def sessions(product: Product) -> int:
    async with product.database.read_session() as session:
        return int((await session.execute(sa.text("SELECT count(*) FROM browser_session"))).scalar_one())


async def test_a_link_signs_in_the_browser_that_asked(browser: Browser) -> None:
    link = await browser.link(ADA)
    page = await browser.get(link.path)
    assert page.status_code == 200
    assert f'action="{link.path}"' in page.text
    entered = await browser.post(link.path)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert await browser.who() == ADA


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(browser: Browser) -> None:
    entered = await browser.post((await browser.link(ADA)).path)
    (given,) = [each for each in entered.headers.get_list("set-cookie") if each.startswith(COOKIE)]
    attributes = {part.strip().lower() for part in given.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/", f"max-age={90 * 24 * 3600}"} == attributes
    assert COOKIE.startswith("__Host-")


async def test_signing_in_makes_a_new_id_and_ends_the_old_one(browser: Browser, other: Browser) -> None:
    await browser.enter(WENDY)
    old = browser.cookie
    await browser.post((await browser.link(ADA)).path)
    assert browser.cookie not in (None, old)
    assert await browser.who() == ADA
    other.client.cookies.set(COOKIE, str(old), domain="skills.test", path="/")
    assert await other.who() is None


async def test_a_cookie_that_somebody_planted_is_no_session_after_signing_in(browser: Browser) -> None:
    browser.client.cookies.set(COOKIE, "planted", domain="skills.test", path="/")
    await browser.post((await browser.link(ADA)).path)
    assert browser.cookie != "planted"


async def test_a_mail_scanner_that_opens_the_link_uses_nothing_up(browser: Browser, other: Browser) -> None:
    link = await browser.link(ADA)
    before = await everything(browser.product.database)
    for _ in range(20):
        page = await other.get(link.path)
        assert page.status_code == 200
        assert "button" not in page.text.partition("</style>")[2]
        await other.client.head(link.path)
        await browser.get(link.path)
    assert await everything(browser.product.database) == before
    await browser.post(link.path)
    assert await browser.who() == ADA


async def test_a_stolen_link_signs_nobody_in(browser: Browser, other: Browser) -> None:
    link = await browser.link(ADA)
    for _ in range(2):
        stolen = await other.post(link.path)
        assert stolen.status_code == 403
        assert "set-cookie" not in stolen.headers
        # Having asked for a link of their own does not help.
        await other.link(WENDY)
    assert await sessions(browser.product) == 0
    assert await other.who() is None
    await browser.post(link.path)
    assert await browser.who() == ADA


async def test_an_expired_link_signs_nobody_in(browser: Browser) -> None:
    link = await browser.link(ADA)
    browser.product.clock.pass_time(minutes=10)
    for response in (await browser.get(link.path), await browser.post(link.path)):
        assert response.status_code == 410
    assert await browser.who() is None


async def test_a_link_works_until_its_ten_minutes_are_over(browser: Browser) -> None:
    link = await browser.link(ADA)
    browser.product.clock.pass_time(minutes=9, seconds=59)
    await browser.post(link.path)
    assert await browser.who() == ADA


async def test_a_replayed_link_signs_nobody_in(browser: Browser) -> None:
    link = await browser.link(ADA)
    kept = dict(browser.client.cookies)
    await browser.post(link.path)
    await browser.post("/sign-out")
    browser.client.cookies.update(kept)
    for response in (await browser.get(link.path), await browser.post(link.path)):
        assert response.status_code == 410
    assert await browser.who() is None


async def test_a_link_used_twice_at_the_same_moment_makes_one_session(browser: Browser) -> None:
    link = await browser.link(ADA)
    answers = await asyncio.gather(*(browser.post(link.path) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410, 410]
    assert await sessions(browser.product) == 1


async def test_a_newer_link_leaves_the_older_one_until_one_is_used(browser: Browser) -> None:
    first, second = await browser.link(ADA), await browser.link(ADA)
    await browser.post(first.path)
    assert await browser.who() == ADA
    assert (await browser.post(second.path)).status_code == 410


NO_LINKS = ("x", "A" * 32, "A" * 5_000, "%00", "é", "' OR 1=1 --", "%F0%9F%8F%83")


async def test_what_is_no_link_leads_nowhere(browser: Browser) -> None:
    await browser.link(ADA)
    for secret in NO_LINKS:
        for response in (await browser.get(f"/sign-in/{secret}"), await browser.post(f"/sign-in/{secret}")):
            assert response.status_code in (410, 404), secret


async def test_another_device_has_the_code_typed(browser: Browser, other: Browser) -> None:
    link = await browser.link(ADA)
    assert link.code.replace(" ", "") not in (await other.get(link.path)).text.replace(" ", "")
    entered = await browser.post("/sign-in/code", code=link.code)
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    assert await browser.who() == ADA
    assert (await browser.post(link.path)).status_code == 410


def test_a_link_has_128_bits_or_more() -> None:
    assert len(keys.new_nonce()) * 8 >= 128
    made = {keys.link_secret("secret", keys.new_nonce()) for _ in range(200)}
    assert len(made) == 200
    assert all(len(urlsafe_b64decode(each)) * 8 >= 128 for each in made)


def test_a_code_has_twenty_bits_or_more() -> None:
    assert 10**keys.CODE_DIGITS >= 2**20
    made = {keys.code("secret", keys.new_nonce()) for _ in range(200)}
    assert len(made) == 200
    assert all(len(each) == keys.CODE_DIGITS for each in made)


async def test_five_wrong_codes_end_the_link(browser: Browser) -> None:
    link = await browser.link(ADA)
    wrong = "0000 0000" if link.code != "0000 0000" else "0000 0001"
    for _ in range(TRIES):
        assert (await browser.post("/sign-in/code", code=wrong)).status_code == 422
    assert (await browser.post("/sign-in/code", code=link.code)).status_code == 410
    assert (await browser.post(link.path)).status_code == 410
    assert await browser.who() is None


async def test_codes_tried_at_the_same_moment_count_each(browser: Browser) -> None:
    await browser.link(ADA)
    tried = await asyncio.gather(
        *(browser.post("/sign-in/code", code=f"{number:08}") for number in range(3 * TRIES))
    )
    assert [answer.status_code for answer in tried].count(422) <= TRIES


async def test_the_code_helps_no_other_browser(browser: Browser, other: Browser) -> None:
    link = await browser.link(ADA)
    assert (await other.post("/sign-in/code", code=link.code)).status_code == 410
    await other.link(WENDY)
    assert (await other.post("/sign-in/code", code=link.code)).status_code == 422
    assert await sessions(browser.product) == 0


async def test_link_code_and_cookie_are_in_no_table(browser: Browser) -> None:
    link = await browser.link(ADA)
    stored = str(await everything(browser.product.database))
    cookie = browser.client.cookies[f"__Host-{BROWSER}"]
    for secret in (link.path.rpartition("/")[2], link.code, link.code.replace(" ", ""), cookie):
        assert secret not in stored


async def test_link_and_code_are_in_no_log(
    browser: Browser, other: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    link = await browser.link(ADA)
    await browser.get(link.path)
    await other.post(link.path)
    await browser.post(link.path)
    said = "".join(capfd.readouterr())
    assert link.path.rpartition("/")[2] not in said
    assert link.code not in said


async def test_the_page_of_a_link_tells_its_address_to_nobody(browser: Browser, other: Browser) -> None:
    link = await browser.link(ADA)
    for response in (await browser.get(link.path), await other.get(link.path), await browser.post(link.path)):
        assert response.headers["referrer-policy"] == "no-referrer"
        assert response.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in response.headers["content-security-policy"]


async def test_the_address_of_the_site_is_the_settings_and_never_the_hosts(browser: Browser) -> None:
    headers = OWN | {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    await browser.post("/sign-in", email=ADA, headers=headers)
    await browser.product.work()
    (mail,) = browser.product.mail.to(ADA)
    assert "evil.example" not in mail.as_string()
    assert f"{SITE}/sign-in/" in mail.as_string().replace("=\n", "")


async def ask(browser: Browser, email: str) -> tuple[int, str, list[str]]:
    """The answer without the address in it, and the statements that were sent."""
    with recorded_statements() as statements:
        page = await browser.post("/sign-in", email=email)
    return page.status_code, page.text.replace(email, "…"), list(statements)


async def test_a_known_and_an_unknown_address_get_the_same_answer_for_the_same_work(
    browser: Browser, other: Browser
) -> None:
    await other.enter(ADA)
    await ask(browser, "warm@skills.test")
    known, unknown = await ask(browser, ADA), await ask(browser, "nobody@skills.test")
    assert known == unknown
    await browser.product.work()
    assert len(browser.product.mail.to(ADA)) == len(browser.product.mail.to("nobody@skills.test")) == 1


async def test_a_known_and_an_unknown_address_are_answered_in_the_same_time(
    browser: Browser, other: Browser
) -> None:
    known = [f"known-{number}@skills.test" for number in range(8)]
    for email in known:
        await other.enter(email)
    await ask(browser, "warm@skills.test")
    spent: dict[bool, list[float]] = {True: [], False: []}
    for email in known:
        for is_known in (True, False):
            # Of the processor: how long a busy machine lets us wait says nothing of the address.
            begun = process_time()
            await ask(browser, email if is_known else f"un{email}")
            spent[is_known].append(process_time() - begun)
    assert abs(median(spent[True]) - median(spent[False])) < 0.02


async def test_a_form_asks_for_one_link_however_many_addresses_it_holds(browser: Browser) -> None:
    body = "email=ada%40skills.test&email=wendy%40skills.test&email=ada%40skills.test"
    headers = OWN | {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await browser.client.post("/sign-in", content=body, headers=headers)).status_code == 200
    await browser.product.work()
    assert len([mail for email in (ADA, WENDY) for mail in browser.product.mail.to(email)]) == 1


def test_no_document_signs_anybody_in() -> None:
    # So that no document, however many fields it has, tries more than one link or code.
    root = build_schema(Path(__file__).parents[3].joinpath("schema.graphql").read_text()).mutation_type
    assert root is not None
    assert [name for name in root.fields if "signin" in name.lower() or "session" in name.lower()] == [
        "endSessions"
    ]


async def test_whoever_is_new_joins_by_using_the_link_and_not_by_asking(browser: Browser) -> None:
    link = await browser.link("ada.lovelace@skills.test")
    assert await people(browser.product) == []
    await browser.post(link.path)
    assert await people(browser.product) == [("Ada Lovelace", "CONTRIBUTOR")]


async def people(product: Product) -> list[tuple[str, str]]:
    async with product.database.read_session() as session:
        return [tuple(row) for row in await session.execute(sa.text("SELECT name, role FROM person"))]


class TestReaders:
    """Where the settings say so, whoever is new only reads and watches."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"new_people": "reader"})

    async def test_somebody_new_is_a_reader_and_somebody_known_stays_what_they_are(
        self, browser: Browser, other: Browser
    ) -> None:
        await other.enter(WENDY, PersonRole.REVIEWER)
        await browser.post((await browser.link(ADA)).path)
        await browser.post((await browser.link(WENDY)).path)
        assert dict(await people(browser.product)) == {"Ada": "READER", "Wendy": "REVIEWER"}


NEXT = {
    "/skills/progressive-delivery": "/skills/progressive-delivery",
    "/skills/x?level=senior#row-3": "/skills/x?level=senior#row-3",
    "": "/",
    "skills": "/",
    "//evil.example": "/",
    "/\\evil.example": "/",
    "/\t/evil.example": "/",
    "/ok\r\nSet-Cookie: a=b": "/",
    "https://evil.example/": "/",
    "javascript:alert(1)": "/",
    "/sign-out": "/",
    "/" + "a" * 3_000: "/",
}


async def test_signing_in_leads_back_to_a_path_of_ours_alone(browser: Browser) -> None:
    for number, (wanted, path) in enumerate(NEXT.items()):
        link = await browser.link(f"person{number}@skills.test", next=wanted)
        assert (await browser.post(link.path)).headers["location"] == path, wanted


async def test_signing_in_leads_back_to_what_one_was_about_to_do(browser: Browser) -> None:
    asked = {"next": "/skills/x?level=senior#row-3", "intent": "proposal:draft-7"}
    page = await browser.client.get("/sign-in", params=asked)
    hidden = page.text.partition('name="next" type="hidden" value="')[2].partition('"')[0]
    link = await browser.link(ADA, next=hidden.replace("&amp;", "&"))
    entered = await browser.post(link.path)
    assert entered.headers["location"] == "/skills/x?level=senior&intent=proposal:draft-7#row-3"


async def test_an_intent_that_is_none_is_left_out(browser: Browser) -> None:
    page = await browser.client.get("/sign-in", params={"next": "/skills", "intent": "a b<script>"})
    assert 'value="/skills"' in page.text


async def test_signing_out_ends_the_session_and_takes_the_cookie_back(
    browser: Browser, other: Browser
) -> None:
    await browser.enter(ADA)
    secret = str(browser.cookie)
    assert (await browser.get("/sign-out")).status_code == 200
    assert await browser.who() == ADA
    left = await browser.post("/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert browser.cookie is None
    other.client.cookies.set(COOKIE, secret, domain="skills.test", path="/")
    assert await other.who() is None


FOREIGN = [{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}, {}]


async def test_a_foreign_page_signs_nobody_in_nor_out_nor_asks(browser: Browser) -> None:
    link = await browser.link(WENDY)
    await browser.enter(ADA)
    before = await everything(browser.product.database)
    for path, fields in (
        ("/sign-in", {"email": ADA}),
        ("/sign-in/code", {"code": link.code}),
        (link.path, {}),
        ("/sign-out", {}),
    ):
        for headers in FOREIGN:
            assert (await browser.post(path, headers=headers, **fields)).status_code == 403, path
    assert await everything(browser.product.database) == before


NO_ADDRESSES = ("", "ada", "ada@", "a@b@c", "ada@skills.test\r\nBcc: all@skills.test", "x" * 300)


async def test_what_is_no_address_is_told_and_gets_no_mail(browser: Browser) -> None:
    for email in NO_ADDRESSES:
        assert (await browser.post("/sign-in", email=email)).status_code == 422, email
    await browser.product.work()
    assert browser.product.mail.messages == []


async def test_a_form_of_a_megabyte_is_not_read(browser: Browser) -> None:
    assert (await browser.post("/sign-in", email="x" * 1_000_000)).status_code == 413


class TestAtHome:
    """On plain http at this machine the cookies have no prefix, and the log says so."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"site_url": "http://localhost:8000"})

    async def test_the_cookie_has_no_prefix_and_the_log_says_so(
        self, capfd: pytest.CaptureFixture[str], browser: Browser
    ) -> None:
        headers = {"Origin": "http://localhost:8000"}
        await browser.post("/sign-in", email=ADA, headers=headers)
        names = {cookie.name: cookie.secure for cookie in browser.client.cookies.jar}
        assert names == {BROWSER: False}
        await browser.product.work()
        mail = browser.product.mail.to(ADA)[0].as_string()
        path = "/sign-in/" + mail.replace("=\n", "").partition("http://localhost:8000/sign-in/")[2].split()[0]
        entered = await browser.post(path, headers=headers)
        assert entered.headers["set-cookie"].startswith(f"{SESSION}=")
        assert "secure" not in entered.headers["set-cookie"].lower()
        Cookies("http://localhost:8000")
        assert "cookies_without_prefix" in "".join(capfd.readouterr())


def test_on_plain_http_elsewhere_the_cookies_keep_their_prefix() -> None:
    assert Cookies("http://skills.test").name(SESSION) == COOKIE
