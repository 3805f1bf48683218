"""The mail server of the inbox."""

import asyncio
from pathlib import Path

import pytest
from aiosmtplib import SMTP, SMTPDataError

from service.inbox.smtp import SIZE_MAX, sink
from service.inbox.store import InboxStore

MAIL = b"Subject: one\r\n\r\n.dot\r\n"


@pytest.fixture
def store(tmp_path: Path) -> InboxStore:
    return InboxStore(tmp_path)


async def test_every_mail_is_kept(store: InboxStore) -> None:
    async with sink(store) as port, SMTP(hostname="127.0.0.1", port=port, local_hostname="test") as client:
        await client.sendmail("us@example.org", ["wanda@example.org"], MAIL)
        await client.sendmail("us@example.org", ["zoë@example.org", "b@c"], MAIL, mail_options=["SMTPUTF8"])

    entries = store.entries()
    assert [entry.to for entry in entries] == ["zoë@example.org, b@c", "wanda@example.org"]
    assert [store.read(entry.id) for entry in entries] == [MAIL, MAIL]


async def test_a_mail_that_can_not_be_kept_may_come_again(
    store: InboxStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    async with sink(store) as port, SMTP(hostname="127.0.0.1", port=port, local_hostname="test") as client:
        monkeypatch.setattr(InboxStore, "save", full)
        with pytest.raises(SMTPDataError, match="No space left") as caught:
            await client.sendmail("us@example.org", ["wanda@example.org"], MAIL)
        monkeypatch.undo()
        await client.sendmail("us@example.org", ["wanda@example.org"], MAIL)

    assert caught.value.code == 452
    assert len(store.entries()) == 1


async def test_a_mail_beyond_the_limit_is_refused(store: InboxStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.inbox.smtp.SIZE_MAX", 1_000)
    async with sink(store) as port, SMTP(hostname="127.0.0.1", port=port, local_hostname="test") as client:
        await client.ehlo()
        assert client.esmtp_extensions["size"] == "1000" != str(SIZE_MAX)
        monkeypatch.setattr(client, "esmtp_extensions", {})  # do not announce the size: just send
        with pytest.raises(SMTPDataError, match="Too much"):
            await client.sendmail("us@example.org", ["wanda@example.org"], b"x\r\n" * 400)
    assert store.entries() == []


async def test_a_taken_port_is_said_at_once(store: InboxStore) -> None:
    async with sink(store) as port:
        with pytest.raises(OSError, match="address already in use"):
            async with sink(store, port=port):
                pass


async def test_nothing_stays_open(store: InboxStore) -> None:
    async with sink(store) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(OSError):  # noqa: PT011
        await asyncio.open_connection("127.0.0.1", port)
