"""A program hears of what is published: signed, until it has it, and nowhere that it must not lead."""

import asyncio
import base64
import dataclasses
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from ipaddress import ip_address, ip_network

import pytest

from service.webhooks.rules import WEBHOOKS_MAX, sign
from tests.factories import Product
from tests.factories.community import Community, codes, edit_skill, make_community
from tests.factories.webhooks import (
    Call,
    Json,
    Receiver,
    create_webhook,
    delete_webhook,
    delivered,
    let_reach_itself,
    log_of,
    made_webhook,
    maintainer,
    receiving,
    redeliver,
    rotate_secret,
    update_webhook,
)
from worker.tasks.call_webhooks import call_webhooks
from worker.webhooks.calling import HttpCaller, is_public


@pytest.fixture
async def community(product: Product) -> Community:
    made = await make_community(product)
    let_reach_itself(made)
    return made


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found


def is_signed(call: Call, secret: str) -> bool:
    """As a receiver checks it, by what the specification says."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    expected = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return f"v1,{expected}" in call.headers["webhook-signature"].split(" ")


def states(webhook: Json) -> list[str]:
    return [delivery["state"] for delivery in webhook["deliveries"]["nodes"]]


def test_a_signature_is_that_of_the_specification() -> None:
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_what_is_published_comes_once_signed_and_in_its_order(
    community: Community, receiver: Receiver
) -> None:
    webhook = await made_webhook(community, receiver.url)
    assert webhook["secret"].startswith("whsec_")
    await community.apply(edit_skill(name="Gradual Delivery"))
    for _ in range(2):
        await community.product.work()
    assert [call.document["type"] for call in receiver.calls] == ["proposal.created", "proposal.accepted"]
    assert all(is_signed(call, webhook["secret"]) for call in receiver.calls)
    told = receiver.calls[1]
    assert told.headers["content-type"] == "application/json"
    assert told.document == {
        "type": "proposal.accepted",
        "timestamp": "2026-11-23T12:00:00Z",
        "data": {
            "cursor": f"{2:016x}",
            "actor": {"name": "Reviewer"},
            "skill": {
                "slug": "progressive-delivery",
                "name": "Gradual Delivery",
                "url": "http://skills.test/skills/progressive-delivery",
            },
            "proposal": {
                "number": 1,
                "title": "Say it better",
                "url": "http://skills.test/proposals/1",
            },
        },
    }
    log = await log_of(community, webhook)
    assert states(log) == ["DELIVERED", "DELIVERED"]
    assert [one["status"] for one in log["deliveries"]["nodes"][0]["attempts"]] == [204]


async def test_two_workers_send_nothing_twice(community: Community, receiver: Receiver) -> None:
    await made_webhook(community, receiver.url)
    await community.apply(edit_skill(name="Gradual Delivery"))
    around = community.product.around
    other = dataclasses.replace(around, calling=type(around.calling)())
    await community.product.work()
    await asyncio.gather(call_webhooks(around), call_webhooks(other))
    ids = [call.headers["webhook-id"] for call in receiver.calls]
    assert len(ids) == len(set(ids)) == 2


async def test_only_the_kinds_that_were_chosen_come(community: Community, receiver: Receiver) -> None:
    await made_webhook(community, receiver.url, kinds=["PROPOSAL_ACCEPTED"])
    await community.apply(edit_skill(name="Gradual Delivery"))
    await community.product.work()
    assert [call.document["type"] for call in receiver.calls] == ["proposal.accepted"]


async def test_what_was_published_before_does_not_come(community: Community, receiver: Receiver) -> None:
    await community.apply(edit_skill(name="Gradual Delivery"))
    await community.product.work()
    await made_webhook(community, receiver.url)
    await community.product.work()
    assert receiver.calls == []


async def test_it_is_tried_again_until_it_is_taken(community: Community, receiver: Receiver) -> None:
    webhook = await made_webhook(community, receiver.url)
    receiver.answer = "503 Service Unavailable"
    waiting = await delivered(community, webhook)
    assert (waiting["state"], [one["status"] for one in waiting["attempts"]]) == ("WAITING", [503])
    await community.product.work()
    assert len(receiver.calls) == 1, "not before its time"
    receiver.answer = "200 OK"
    community.product.clock.pass_time(seconds=5)
    await community.product.work()
    first, second = receiver.calls
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert is_signed(second, webhook["secret"])
    log = await log_of(community, webhook)
    assert (states(log), log["failingSince"]) == (["DELIVERED"], None)


async def test_a_receiver_that_is_away_is_given_up_after_three_days(
    community: Community, receiver: Receiver
) -> None:
    webhook = await made_webhook(community, receiver.url)
    receiver.answer = "500 Internal Server Error"
    await delivered(community, webhook)
    for _ in range(12):
        community.product.clock.pass_time(days=1)
        await community.product.work()
    log = await log_of(community, webhook)
    assert states(log) == ["FAILED"]
    # By then all had failed for five days.
    assert log["disabledBecause"] == "FAILING"
    assert len(receiver.calls) < 12


async def test_nothing_is_sent_to_one_that_is_off_and_nothing_is_made_up_for(
    community: Community, receiver: Receiver
) -> None:
    webhook = await made_webhook(community, receiver.url)
    receiver.answer = "410 Gone"
    failed = await delivered(community, webhook)
    assert (failed["state"], (await log_of(community, webhook))["disabledBecause"]) == ("FAILED", "GONE")
    assert codes(await redeliver(community, failed)) == ["WEBHOOK_IS_OFF"]
    receiver.answer = "200 OK"
    await community.apply(edit_skill(summary="Told to nobody."))
    await community.product.work()
    payload = await update_webhook(community, webhook, isEnabled=True)
    assert payload["webhook"]["disabledAt"] is None
    await community.product.work()
    assert len(receiver.calls) == 1
    await community.proposed(edit_skill(summary="Told."))
    await community.product.work()
    assert len(receiver.calls) == 2


async def test_a_delivery_is_sent_once_more_when_somebody_asks(
    community: Community, receiver: Receiver
) -> None:
    webhook = await made_webhook(community, receiver.url)
    had = await delivered(community, webhook)
    assert (await redeliver(community, had))["delivery"] == {"id": had["id"], "state": "WAITING"}
    await community.product.work()
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
    assert len(receiver.calls) == 2
    assert len((await log_of(community, webhook))["deliveries"]["nodes"][0]["attempts"]) == 2


async def test_a_new_secret_ends_the_old_one(community: Community, receiver: Receiver) -> None:
    webhook = await made_webhook(community, receiver.url)
    secret = (await rotate_secret(community, webhook))["secret"]
    await delivered(community, webhook)
    (call,) = receiver.calls
    assert is_signed(call, secret)
    assert not is_signed(call, webhook["secret"])


async def test_a_redirect_is_not_followed(community: Community, receiver: Receiver) -> None:
    webhook = await made_webhook(community, receiver.url)
    receiver.answer = f"302 Found\r\nLocation: {receiver.url}/elsewhere"
    moved = await delivered(community, webhook)
    assert [one["status"] for one in moved["attempts"]] == [302]
    assert [call.path for call in receiver.calls] == ["/here"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_it_leads_into_no_network_of_our_own(
    community: Community, receiver: Receiver, host: str
) -> None:
    around = dataclasses.replace(community.product.around, caller=HttpCaller())
    community.product.around = around
    webhook = await made_webhook(community, f"https://{host}:{receiver.port}/")
    refused = await delivered(community, webhook)
    (attempt,) = refused["attempts"]
    assert "no address that may be reached" in attempt["fault"]
    assert receiver.connections == 0


async def test_plain_http_goes_to_named_networks_alone() -> None:
    async with receiving() as receiver:
        outcome = await HttpCaller([ip_network("10.0.0.0/8")]).call(receiver.url, {}, b"{}")
        assert outcome.status is None
        assert receiver.connections == 0
        assert (await HttpCaller([ip_network("127.0.0.0/8")]).call(receiver.url, {}, b"{}")).is_taken


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert is_public(ip_address(address)) is expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.org",
        "ftp://hooks.example.org/",
        "http://hooks.example.org/",
        "https://",
        "https://me:secret@hooks.example.org/",
        "https://hooks.example.org/#here",
        "https://hooks.example.org/a b",
        "https://hooks.example.org:notaport/",
        "https://hooks.example.org/\r\nX: 1",
        "https://hooks.example.org/" + "a" * 500,
    ],
)
async def test_what_is_no_address_is_refused(community: Community, url: str) -> None:
    payload = await create_webhook(community, url)
    assert codes(payload) == ["INVALID_INPUT"]
    assert payload["userErrors"][0]["path"] == ["url"]


async def test_there_are_not_too_many(community: Community) -> None:
    for _ in range(20):
        await made_webhook(community)
    assert codes(await create_webhook(community)) == ["TOO_MANY_WEBHOOKS"]


async def test_no_two_take_the_last_place(community: Community) -> None:
    for _ in range(WEBHOOKS_MAX - 1):
        await made_webhook(community)
    made = await asyncio.gather(*(create_webhook(community) for _ in range(5)))
    assert sorted(codes(payload) for payload in made) == [[], *[["TOO_MANY_WEBHOOKS"]] * 4]


async def test_the_log_tells_who_made_the_news_go_where_and_not_by_which_path(community: Community) -> None:
    webhook = await made_webhook(community, "https://hooks.skills.test/a-secret-path")
    await update_webhook(community, webhook, isEnabled=False)
    await rotate_secret(community, webhook)
    await delete_webhook(community, webhook)
    document = "{ moderation { auditLog(first: 4) { nodes { action details actor { name } } } } }"
    data = await community.product.run(document, token=await maintainer(community))
    lines = data["moderation"]["auditLog"]["nodes"]
    assert [line["action"] for line in lines] == [
        "WEBHOOK_REMOVED",
        "WEBHOOK_RENEWED",
        "WEBHOOK_CHANGED",
        "WEBHOOK_CREATED",
    ]
    assert {json.loads(line["details"])["host"] for line in lines} == {"hooks.skills.test"}
    assert len({line["actor"]["name"] for line in lines}) == 1
    assert "a-secret-path" not in str(lines)
