"""Signing in with a provider: by its signed word, for us, just now, to the browser that asked; and by nothing else."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from joserfc.jwk import RSAKey
from pydantic import ValidationError

from service.people.models import PersonRole
from service.settings import OidcProvider, Settings
from service.web.providers import ASKED
from tests.factories import Clock
from tests.factories.browser import SITE, Browser
from tests.factories.contents import everything
from tests.factories.provider import CLIENT, SECRET, TestProvider, by_nobody, by_secret, running_provider

ADA, WENDY = "ada@skills.test", "wendy@skills.test"
BEGIN = "/sign-in/with/test"


@pytest.fixture
async def provider(clock: Clock) -> AsyncIterator[TestProvider]:
    async with running_provider(clock, SITE) as found:
        yield found


@pytest.fixture
def settings(settings: Settings, provider: TestProvider) -> Settings:
    """One provider that is there, and another of the same, under another name."""
    known = [
        OidcProvider(
            name=name, title=f"The {name}", issuer=provider.issuer, client_id=CLIENT, client_secret=SECRET
        )
        for name in ("test", "other")
    ]
    return settings.model_copy(update={"oidc_providers": known})


async def there(browser: Browser, path: str = BEGIN) -> str:
    """The path that the provider sends the browser back to."""
    sent = await browser.get(path)
    assert sent.status_code == 303
    async with httpx.AsyncClient() as elsewhere:
        answer = await elsewhere.get(sent.headers["location"])
    assert answer.headers["location"].startswith(f"{SITE}/")
    return str(answer.headers["location"]).removeprefix(SITE)


async def sign_in(browser: Browser, path: str = BEGIN) -> httpx.Response:
    """There and back."""
    return await browser.client.get(await there(browser, path), headers={"Sec-Fetch-Site": "cross-site"})


async def test_whoever_the_provider_names_comes_in(browser: Browser) -> None:
    entered = await sign_in(browser, f"{BEGIN}?next=/skills/x&intent=watch")
    assert (entered.status_code, entered.headers["location"]) == (303, "/skills/x?intent=watch")
    assert await browser.who() == ADA
    page = await browser.get("/sign-in")
    assert "Sign in with The test" in page.text


async def test_state_nonce_and_challenge_are_new_each_time(browser: Browser, provider: TestProvider) -> None:
    for _ in range(2):
        await sign_in(browser)
    for name in ("state", "nonce", "code_challenge"):
        first, second = (asked[name] for asked in provider.asked)
        assert first != second
        assert len(first) >= 22
    assert provider.asked[0]["code_challenge_method"] == "S256"
    assert provider.asked[0]["redirect_uri"] == f"{SITE}/sign-in/with/test/callback"


WRONG: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "for somebody else": {"aud": "another client"},
    "for nobody": {"aud": None},
    "for us and others, of others": {"aud": [CLIENT, "another"], "azp": "another"},
    "expired": {"exp": 1_000_000_000},
    "without an end": {"exp": None},
    "from the future": {"iat": 9_000_000_000},
    "to another question": {"nonce": "another"},
    "to no question": {"nonce": None},
    "about nobody": {"sub": None},
    "about no text": {"sub": 1234},
    "about an overlong one": {"sub": "x" * 300},
}


async def test_a_word_that_is_not_to_be_believed_signs_nobody_in(
    browser: Browser, provider: TestProvider
) -> None:
    for what, provider.wrong in WRONG.items():
        await refused(browser, what)


async def refused(browser: Browser, what: str = "") -> None:
    before = await everything(browser.product.database)
    answer = await sign_in(browser)
    assert answer.status_code == 422, what
    assert await browser.who() is None
    assert await everything(browser.product.database) == before


def by_another(claims: dict[str, Any]) -> str:
    """Signed by a key that only claims to be the provider's."""
    other = TestProvider("", Clock(), "", key=RSAKey.generate_key(2048, {"kid": "first"}))
    return other.signed(claims)


FORGERIES: tuple[Callable[[dict[str, Any]], str], ...] = (
    by_secret,
    by_nobody,
    by_another,
    lambda _: "x.y.z",
    lambda _: "",
)


async def test_a_word_that_the_provider_did_not_sign_signs_nobody_in(
    browser: Browser, provider: TestProvider
) -> None:
    for provider.forge in FORGERIES:
        await refused(browser)


async def test_a_provider_may_change_its_keys(
    browser: Browser, other: Browser, provider: TestProvider
) -> None:
    await sign_in(browser)
    provider.key = RSAKey.generate_key(2048, {"kid": "second"})
    assert (await sign_in(other)).status_code == 303


async def test_an_answer_that_another_browser_asked_for_signs_nobody_in(
    browser: Browser, other: Browser, provider: TestProvider
) -> None:
    stolen = await there(browser)
    assert (await other.get(stolen)).status_code == 422
    await there(other)
    assert (await other.get(stolen)).status_code == 422
    assert await other.who() is None
    assert provider.redeemed == 0


async def test_an_answer_works_once(browser: Browser, provider: TestProvider) -> None:
    back = await there(browser)
    kept = browser.client.cookies[f"__Host-{ASKED}"]
    assert (await browser.get(back)).status_code == 303
    await browser.post("/sign-out")
    assert (await browser.get(back)).status_code == 422
    browser.client.cookies.set(f"__Host-{ASKED}", kept, domain="skills.test", path="/")
    assert (await browser.get(back)).status_code == 422
    assert await browser.who() is None


@pytest.mark.parametrize(
    "change", ["state=x&code=code+1", "code=code+1", "state=&code=code+1", "error=access_denied"]
)
async def test_an_answer_to_another_question_is_none(
    browser: Browser, provider: TestProvider, change: str
) -> None:
    await there(browser)
    assert (await browser.get(f"{BEGIN}/callback?{change}")).status_code == 422
    assert provider.redeemed == 0


async def test_an_answer_to_one_provider_is_none_of_another(browser: Browser, provider: TestProvider) -> None:
    back = await there(browser)
    assert (await browser.get(back.replace("/with/test/", "/with/other/"))).status_code == 422
    assert (await browser.get(back.replace("/with/test/", "/with/nobody/"))).status_code == 422
    assert provider.redeemed == 0


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-out"])
async def test_a_provider_leads_back_to_a_path_of_ours_alone(browser: Browser, wanted: str) -> None:
    back = await there(browser, str(httpx.URL(BEGIN, params={"next": wanted})))
    assert (await browser.get(back)).headers["location"] == "/"


async def test_an_account_is_that_of_whoever_has_its_verified_address(
    browser: Browser, other: Browser
) -> None:
    await other.enter(ADA, PersonRole.REVIEWER)
    await sign_in(browser)
    assert (await browser.run("{ viewer { email role } }"))["viewer"] == {"email": ADA, "role": "REVIEWER"}


@pytest.mark.parametrize("verified", [False, None, "false", 1.5, "yes"])
async def test_an_address_that_the_provider_did_not_verify_links_nothing(
    browser: Browser, other: Browser, provider: TestProvider, verified: object
) -> None:
    await other.enter(ADA, PersonRole.ADMIN)
    provider.account["email_verified"] = verified
    await refused(browser)
    provider.account = {"sub": "1234"}
    await refused(browser)


async def test_an_account_is_known_by_issuer_and_subject_and_never_by_its_address(
    browser: Browser, other: Browser, provider: TestProvider
) -> None:
    await sign_in(browser)
    await other.enter(WENDY)
    # The provider's account now says that it has somebody else's address, or none that is verified.
    for account in ({"email": WENDY, "email_verified": True}, {"email": WENDY, "email_verified": False}):
        provider.account |= account
        await browser.post("/sign-out")
        await sign_in(browser)
        assert await browser.who() == ADA
    # Another account with the address that was ours: it was given to somebody else.
    provider.account = {"sub": "5678", "email": "third@skills.test", "email_verified": True}
    await sign_in(browser)
    assert await browser.who() == "third@skills.test"
    async with browser.product.database.read_session() as session:
        rows = await session.execute(sa.text("SELECT person_id, subject FROM identity ORDER BY id"))
    assert [subject for _, subject in rows] == ["1234", "5678"]


async def test_a_provider_that_is_away_is_told(
    browser: Browser, provider: TestProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "issuer", "https://another.example")
    assert (await browser.get(BEGIN)).status_code == 422


async def test_the_question_stands_in_a_cookie_out_of_reach(browser: Browser) -> None:
    sent = await browser.get(BEGIN)
    (given,) = sent.headers.get_list("set-cookie")
    attributes = {part.strip().lower() for part in given.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=600"} == attributes
    asked = parse_qs(urlsplit(sent.headers["location"]).query)
    assert set(asked) >= {"state", "nonce", "code_challenge", "redirect_uri", "scope"}
    assert "code_verifier" not in asked


@pytest.mark.parametrize(
    "wrong",
    [{"issuer": "http://provider.example"}, {"name": "a/b"}, {"title": ""}, {"client_id": ""}, {"more": "x"}],
)
def test_a_provider_of_the_settings_is_looked_at(settings: Settings, wrong: dict[str, str]) -> None:
    right = {"name": "a", "title": "A", "issuer": "https://a.example", "client_id": "c", "client_secret": "s"}
    assert OidcProvider.model_validate(right)
    with pytest.raises(ValidationError):
        OidcProvider.model_validate(right | wrong)
