"""The pages' operations are persisted documents from the start; a setting says whether others are answered."""

from typing import Any

import pytest

from service.api.persisted import hash_of
from service.settings import Settings
from service.web.operations import FOLDER, operations
from tests.factories import Product

Json = dict[str, Any]
OWN = "{ levels { slug } }"


@pytest.fixture
def mode() -> str:
    return "allow"


@pytest.fixture
def settings(settings: Settings, mode: str) -> Settings:
    return settings.model_copy(update={"persisted_documents": mode})


async def sent(product: Product, **parameters: Any) -> tuple[Json | None, list[str]]:
    """The data, and the codes of the errors."""
    answer = (await product.client.post("/graphql", json=parameters)).json()
    return answer.get("data"), [error["extensions"]["code"] for error in answer.get("errors", ())]


@pytest.mark.parametrize("name", operations())
async def test_every_file_of_the_folder_is_known_by_the_hash_of_its_text(product: Product, name: str) -> None:
    """With the fragments that it spreads, as the explorer shows it."""
    text = operations()[name].source
    assert text.startswith(FOLDER.joinpath(f"{name}.graphql").read_text(encoding="utf-8"))
    _, errors = await sent(product, documentId=f"sha256:{hash_of(text)}", variables={})
    assert "PERSISTED_QUERY_NOT_FOUND" not in errors


async def test_what_the_page_sends_is_known_as_well_and_kept_by_caches(product: Product) -> None:
    page = operations()["RoleIndex"]
    answer = await product.client.get("/graphql", params={"documentId": f"sha256:{hash_of(page.text)}"})
    assert (answer.status_code, "errors" in answer.json()) == (200, False)
    assert answer.headers["cache-control"].startswith("public")


async def test_another_hash_is_not_found_until_its_text_is_sent(product: Product) -> None:
    by_hash: Json = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(OWN)}}}
    assert await sent(product, **by_hash) == (None, ["PERSISTED_QUERY_NOT_FOUND"])
    assert await sent(product, query=OWN, **by_hash) == ({"levels": []}, [])
    assert await sent(product, **by_hash) == ({"levels": []}, [])


@pytest.mark.parametrize("mode", ["only"])
async def test_where_only_they_are_answered_no_other_document_is(product: Product) -> None:
    by_hash: Json = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(OWN)}}}
    assert await sent(product, query=OWN) == (None, ["FORBIDDEN"])
    assert await sent(product, query=OWN, **by_hash) == (None, ["FORBIDDEN"])
    assert await sent(product, **by_hash) == (None, ["PERSISTED_QUERY_NOT_FOUND"])
    page = operations()["RoleIndex"]
    assert (await sent(product, query=page.text))[1] == []
    assert (await product.client.get("/roles")).status_code == 200


@pytest.mark.parametrize("mode", ["off"])
async def test_where_they_are_off_texts_alone_are_answered(product: Product) -> None:
    page = operations()["RoleIndex"]
    named = f"sha256:{hash_of(page.source)}"
    assert await sent(product, documentId=named) == (None, ["PERSISTED_QUERY_NOT_SUPPORTED"])
    assert (await sent(product, query=page.source))[1] == []
