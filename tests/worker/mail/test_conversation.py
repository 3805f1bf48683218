"""What is said over a connection, word by word, with a server that keeps to a script."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest
from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPServerDisconnected

from worker.mail.conversation import Conversation

MESSAGE = b"Subject: one\r\n\r\n.dot\r\n"
TEXT = b"Subject: one\r\n\r\n..dot\r\n.\r\n"
ENVELOPE = b"MAIL FROM:<bounce@a.test>\r\nRCPT TO:<wanda@b.test>\r\nDATA\r\n"


@dataclass
class Script:
    """What the server answers to each write in turn, and what it has read."""

    answers: list[bytes]
    heard: list[bytes] = field(default_factory=list)
    writer: asyncio.StreamWriter | None = None


@asynccontextmanager
async def speaking(
    answers: Sequence[bytes], *, knows: str = "PIPELINING"
) -> AsyncIterator[tuple[Conversation, Script]]:
    """A conversation with a server that has said hello and gives these answers, then hangs up."""
    script = Script([b"220 hello\r\n", f"250-hello\r\n250 {knows}\r\n".encode(), *answers])

    is_over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        script.writer = writer
        with suppress(OSError):
            writer.write(script.answers.pop(0))
            while (words := await reader.read(10_000)) and script.answers:
                script.heard.append(words)
                writer.write(script.answers.pop(0))
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        is_over.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    client = SMTP(hostname="127.0.0.1", port=port, local_hostname="a.test", start_tls=False)
    conversation = await Conversation.begin(client, connect_seconds=5, seconds=5)
    script.heard.clear()
    try:
        yield conversation, script
    finally:
        conversation.drop()
        await is_over.wait()
        server.close()
        await server.wait_closed()


async def send(conversation: Conversation, message: bytes = MESSAGE) -> None:
    await conversation.send(message, "bounce@a.test", "wanda@b.test")


async def test_a_server_that_knows_pipelining_is_told_all_at_once() -> None:
    async with speaking([b"250 a\r\n250 b\r\n354 c\r\n", b"250 taken\r\n"] * 2) as (conversation, script):
        await send(conversation)
        await send(conversation)
    assert script.heard == [ENVELOPE, TEXT] * 2


async def test_another_is_told_step_by_step() -> None:
    answers = [b"250 a\r\n", b"250 b\r\n", b"354 c\r\n", b"250 taken\r\n"]
    async with speaking(answers, knows="SIZE 1000") as (conversation, script):
        await send(conversation)
    assert script.heard == [
        b"MAIL FROM:<bounce@a.test> SIZE=%d\r\n" % len(MESSAGE),
        b"RCPT TO:<wanda@b.test>\r\n",
        b"DATA\r\n",
        TEXT,
    ]


async def test_a_server_that_waits_for_a_text_for_nobody_gets_none() -> None:
    answers = [b"250 a\r\n550 5.1.1 nobody\r\n354 c\r\n", b"554 no recipients\r\n", b"250 reset\r\n"]
    async with speaking([*answers, b"250 a\r\n250 b\r\n354 c\r\n", b"250 taken\r\n"]) as (
        conversation,
        script,
    ):
        with pytest.raises(SMTPRecipientsRefused):
            await send(conversation)
        await send(conversation)
    assert script.heard == [ENVELOPE, b".\r\n", b"RSET\r\n", ENVELOPE, TEXT]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"250 a\r\n250 b\r\n421 4.3.2 going down\r\n", SMTPDataError),
        (b"250 a\r\n421 4.3.2 going down\r\n", SMTPRecipientsRefused),
        (b"250 a\r\nHTTP/1.1 400 Bad Request\r\n", SMTPServerDisconnected),
        (b"x" * 40_000, SMTPServerDisconnected),
        (b"250 a\r\n250 b\r\n354 c\r\n250 taken already\r\n", SMTPServerDisconnected),
    ],
)
async def test_what_ends_the_conversation(answer: bytes, error: type[SMTPException]) -> None:
    async with speaking([answer, b""]) as (conversation, script):
        with pytest.raises(error):
            await send(conversation)
        assert not conversation.is_open
    assert TEXT not in script.heard


@pytest.mark.parametrize("behind", [b"421 4.3.2 shutting down\r\n", b"250 again\r\n", b"what\r\n"])
async def test_a_mail_that_was_taken_stays_taken_whatever_is_said_behind_it(behind: bytes) -> None:
    async with speaking([b"250 a\r\n250 b\r\n354 c\r\n", b"250 taken\r\n" + behind, b""]) as (
        conversation,
        _,
    ):
        await send(conversation)
        assert not conversation.is_open


async def test_a_recipient_who_is_not_looked_up_is_taken() -> None:
    answers = [b"250 a\r\n252 perhaps\r\n354 c\r\n", b"250 taken\r\n"]
    async with speaking(answers) as (conversation, script):
        await send(conversation)
    assert script.heard == [ENVELOPE, TEXT]


async def test_an_answer_may_come_in_pieces_and_of_several_lines() -> None:
    async with speaking([b"250-a\r\n25", b"250 taken\r\n"]) as (conversation, script):
        sending = asyncio.create_task(send(conversation))
        while not script.heard:  # the server has answered when it has read  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert script.writer is not None
        script.writer.write(b"0 more\r\n250 b\r\n354 c\r\n")
        await sending
    assert script.heard == [ENVELOPE, TEXT]


async def test_what_nobody_asked_for_is_taken_for_no_answer() -> None:
    async with speaking([b"250 a\r\n250 b\r\n354 c\r\n", b"250 taken\r\n", b""]) as (conversation, script):
        await send(conversation)
        assert script.writer is not None
        script.writer.write(b"421 4.4.2 idle for too long\r\n")
        while conversation.is_open:  # there is no event for it  # noqa: ASYNC110
            await asyncio.sleep(0)
        with pytest.raises(SMTPServerDisconnected):
            await send(conversation)


@pytest.mark.parametrize("knows", ["PIPELINING", "8BITMIME"])
async def test_a_refusal_stands_where_the_server_hangs_up_behind_it(knows: str) -> None:
    words = b"250 a\r\n550 5.1.1 nobody\r\n503 b\r\n"
    answers = [words] if knows == "PIPELINING" else [b"250 a\r\n", b"550 5.1.1 nobody\r\n"]
    async with speaking(answers, knows=knows) as (conversation, _):
        with pytest.raises(SMTPRecipientsRefused):
            await send(conversation)
        assert not conversation.is_open


async def test_a_refusal_stands_where_no_other_answer_comes_behind_it() -> None:
    async with speaking([b"250 a\r\n550 5.1.1 nobody\r\n"]) as (conversation, script):
        sending = asyncio.create_task(send(conversation))
        while not script.heard:  # the server has answered when it has read  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert script.writer is not None
        script.writer.close()
        with pytest.raises(SMTPRecipientsRefused):
            await sending
        assert not conversation.is_open


@pytest.mark.parametrize("message", [b"a\n.\r\nMAIL FROM:<x@y.test>\r\n", b"a\r.\r\n", b"a\n"])
async def test_lines_that_end_in_another_way_are_never_sent(message: bytes) -> None:
    async with speaking([b"", b""]) as (conversation, script):
        with pytest.raises(ValueError, match="CR LF"):
            await send(conversation, message)
    assert script.heard == []
