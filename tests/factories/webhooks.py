"""Webhooks, and a receiver of a test's own."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from service.people.models import PersonRole
from tests.factories.community import Community, edit_skill
from worker.webhooks.calling import HttpCaller

Json = dict[str, Any]

# Of a network for documents: nobody is called there.
NOWHERE = "https://203.0.113.7/here"
_WEBHOOK = """webhook { id url kinds createdAt createdBy { name } failingSince disabledAt disabledBecause }
  userErrors { __typename code message path }"""
_CREATE = f"mutation ($input: CreateWebhookInput!) {{ createWebhook(input: $input) {{ secret {_WEBHOOK} }} }}"
_UPDATE = f"mutation ($input: UpdateWebhookInput!) {{ updateWebhook(input: $input) {{ {_WEBHOOK} }} }}"
_ROTATE = f"""mutation ($input: RotateWebhookSecretInput!) {{
  rotateWebhookSecret(input: $input) {{ secret {_WEBHOOK} }} }}"""
_DELETE = "mutation ($input: DeleteWebhookInput!) { deleteWebhook(input: $input) { userErrors { code } } }"
_REDELIVER = """mutation ($input: RedeliverInput!) {
  redeliver(input: $input) { delivery { id state } userErrors { __typename code message path } } }"""
_LOG = """{ moderation { webhooks { nodes { id disabledAt disabledBecause failingSince deliveries { nodes {
  id state dueAt deliveredAt event { kind cursor } attempts { status fault milliseconds madeAt } } } } } } }"""


@dataclass(frozen=True)
class Call:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Json:
        """The body, read."""
        found: Json = json.loads(self.body)
        return found


@dataclass
class Receiver:
    """A program that is called: it keeps what comes, and answers with `answer`, a status and headers."""

    port: int = 0
    answer: str = "204 No Content"
    calls: list[Call] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/here"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request."""
        self.connections += 1
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {
            name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
        }
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.calls.append(Call(head[0].split(" ")[1], headers, body))
        writer.write(f"HTTP/1.1 {self.answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that listens for as long as the block lasts."""
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await server.wait_closed()


def let_reach_itself(community: Community) -> None:
    """Let webhooks lead to this very machine."""
    caller = HttpCaller([ip_network("127.0.0.0/8")])
    community.product.around = dataclasses.replace(community.product.around, caller=caller)


async def maintainer(community: Community) -> str:
    """A token of somebody who may have webhooks."""
    return await community.person("keeper@skills.test", PersonRole.MAINTAINER)


async def create_webhook(community: Community, url: str = NOWHERE, **more: Any) -> Json:
    """The payload."""
    return await _do(community, _CREATE, {"url": url} | more)


async def made_webhook(community: Community, url: str = NOWHERE, **more: Any) -> Json:
    """A new webhook, with its secret."""
    payload = await create_webhook(community, url, **more)
    assert payload["userErrors"] == []
    found: Json = payload["webhook"] | {"secret": payload["secret"]}
    return found


async def update_webhook(community: Community, webhook: Json, **more: Any) -> Json:
    """The payload."""
    return await _do(community, _UPDATE, {"webhookId": webhook["id"]} | more)


async def rotate_secret(community: Community, webhook: Json) -> Json:
    """The payload."""
    return await _do(community, _ROTATE, {"webhookId": webhook["id"]})


async def delete_webhook(community: Community, webhook: Json) -> Json:
    """The payload."""
    return await _do(community, _DELETE, {"webhookId": webhook["id"]})


async def redeliver(community: Community, delivery: Json) -> Json:
    """The payload."""
    return await _do(community, _REDELIVER, {"deliveryId": delivery["id"]})


async def log_of(community: Community, webhook: Json) -> Json:
    """The webhook with what was sent to it, the newest first."""
    data = await community.product.run(_LOG, token=await maintainer(community))
    found: Json = next(one for one in data["moderation"]["webhooks"]["nodes"] if one["id"] == webhook["id"])
    return found


async def delivered(community: Community, webhook: Json) -> Json:
    """The delivery of something that has happened since, after its first try."""
    await community.proposed(edit_skill(name=f"Delivery since {webhook['id']}"))
    await community.product.work()
    found: Json = (await log_of(community, webhook))["deliveries"]["nodes"][0]
    return found


async def _do(community: Community, document: str, given: Json) -> Json:
    data = await community.product.run(document, {"input": given}, token=await maintainer(community))
    payload: Json = next(iter(data.values()))
    return payload
