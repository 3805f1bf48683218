"""Persisted documents in both dialects and all modes."""

import json
from typing import Any

import pytest

from service.api.persisted import MemoryDocuments, Mode, PersistedDocuments, hash_of
from tests.api.asking import GRAPHQL, JSON, Shop, codes

HELLO = "{ hello }"
OTHER = 'query Other { hello(name: "other") }'
ANSWER = {"hello": "Hello world"}


def apollo(text: str, **more: Any) -> dict[str, Any]:
    """The extension that names a text by its hash."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(text), **more}}}


def shop(mode: Mode = Mode.ALLOW, *manifest: str, store: MemoryDocuments | None = None) -> Shop:
    texts = {hash_of(text): text for text in manifest}
    return Shop(documents=PersistedDocuments(mode, manifest=texts, store=store))


@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL, 400), (JSON, 200)])
async def test_an_unknown_hash_is_not_found_and_sending_its_text_registers_it(
    accept: str, status: int
) -> None:
    asked = shop()
    for parameters in (apollo(HELLO), {"documentId": f"sha256:{hash_of(HELLO)}"}):
        unknown = await asked.post(parameters, accept=accept)
        assert unknown.status_code == status
        assert codes(unknown.json()) == ["PERSISTED_QUERY_NOT_FOUND"]
    assert (await asked.post({"query": HELLO, **apollo(HELLO)})).json()["data"] == ANSWER
    for parameters in (apollo(HELLO), {"documentId": f"sha256:{hash_of(HELLO).upper()}"}):
        assert (await asked.post(parameters)).json()["data"] == ANSWER


async def test_a_registered_document_is_read_by_get_with_variables() -> None:
    asked = shop()
    text = "query($name: String!) { hello(name: $name) }"
    await asked.post({"query": text, "variables": {"name": "a"}, **apollo(text)})
    variables = json.dumps({"name": "you"})
    by_extension = await asked.get(extensions=json.dumps(apollo(text)["extensions"]), variables=variables)
    by_id = await asked.get(documentId=f"sha256:{hash_of(text)}", variables=variables)
    assert by_extension.json()["data"] == by_id.json()["data"] == {"hello": "Hello you"}
    assert by_id.headers["etag"] == by_extension.headers["etag"]
    assert by_id.headers["cache-control"].startswith("public")


async def test_a_mutation_by_its_hash_still_needs_post() -> None:
    text = "mutation { buy(number: 1) { id } }"
    asked = shop(Mode.ONLY, text)
    assert (await asked.get(documentId=f"sha256:{hash_of(text)}")).status_code == 405
    assert asked.bought == []


@pytest.mark.parametrize("text", ["{", "{ nothing }", "mutation { buy(number: 1) { id } }"])
async def test_what_may_not_run_is_not_registered(text: str) -> None:
    asked = shop()
    await asked.get(query=text, extensions=json.dumps(apollo(text)["extensions"]))
    assert codes((await asked.post(apollo(text))).json()) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_a_text_under_a_foreign_hash_is_refused_and_not_kept() -> None:
    asked = shop()
    response = await asked.post({"query": OTHER, **apollo(HELLO)})
    assert (response.status_code, codes(response.json())) == (400, ["BAD_USER_INPUT"])
    assert codes((await asked.post(apollo(HELLO))).json()) == ["PERSISTED_QUERY_NOT_FOUND"]


async def test_turned_off_neither_dialect_is_supported() -> None:
    asked = shop(Mode.OFF, HELLO)
    for parameters in (
        apollo(HELLO),
        {"query": HELLO, **apollo(HELLO)},
        {"documentId": f"sha256:{hash_of(HELLO)}"},
    ):
        assert codes((await asked.post(parameters)).json()) == ["PERSISTED_QUERY_NOT_SUPPORTED"]
    assert (await asked.ask(HELLO))["data"] == ANSWER


async def test_only_the_manifest_is_answered_by_hash_or_by_text() -> None:
    store = MemoryDocuments()
    await store.put(hash_of(OTHER), OTHER)
    asked = shop(Mode.ONLY, HELLO, store=store)
    for parameters in (
        apollo(HELLO),
        {"documentId": f"sha256:{hash_of(HELLO)}"},
        {"query": HELLO},
        {"query": HELLO, **apollo(HELLO)},
    ):
        assert (await asked.post(parameters)).json()["data"] == ANSWER
    assert codes((await asked.post(apollo(OTHER))).json()) == ["PERSISTED_QUERY_NOT_FOUND"]
    for foreign in ({"query": OTHER}, {"query": OTHER, **apollo(OTHER)}):
        refused = await asked.post(foreign)
        assert (refused.status_code, codes(refused.json())) == (403, ["FORBIDDEN"])


async def test_the_manifest_is_known_beside_what_clients_register() -> None:
    assert (await shop(Mode.ALLOW, HELLO).post(apollo(HELLO))).json()["data"] == ANSWER


def test_a_manifest_whose_hash_is_wrong_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="build the manifest anew"):
        PersistedDocuments(Mode.ONLY, manifest={hash_of(HELLO): OTHER})


@pytest.mark.parametrize(
    "parameters",
    [
        {"extensions": {"persistedQuery": 1}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": hash_of(HELLO)}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "abc"}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "g" * 64}}},
        {"documentId": hash_of(HELLO)},
        {"documentId": f"md5:{hash_of(HELLO)}"},
        {"documentId": ""},
        {"documentId": f"sha256:{hash_of(HELLO)}", "query": HELLO},
        {"documentId": f"sha256:{hash_of(HELLO)}", **apollo(HELLO)},
    ],
)
async def test_a_document_named_wrongly_is_400(parameters: dict[str, Any]) -> None:
    response = await shop(Mode.ALLOW, HELLO).post(parameters)
    assert (response.status_code, codes(response.json())) == (400, ["BAD_USER_INPUT"])


async def test_the_store_in_memory_is_bounded_and_forgets_what_was_used_longest_ago() -> None:
    store = MemoryDocuments(entries=2, size=1_000)
    asked = shop(store=store)
    texts = [f"query Q{number} {{ hello }}" for number in range(3)]
    for parameters in (
        {"query": texts[0], **apollo(texts[0])},
        {"query": texts[1], **apollo(texts[1])},
        apollo(texts[0]),
        {"query": texts[2], **apollo(texts[2])},
    ):
        await asked.post(parameters)
    assert [await store.get(hash_of(text)) for text in texts] == [texts[0], None, texts[2]]

    await store.put(hash_of(HELLO), HELLO + " " * 1_000)
    assert await store.get(hash_of(HELLO)) is None
