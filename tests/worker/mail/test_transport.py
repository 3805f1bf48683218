"""The way out, against a real mail server."""

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from service.notifications.rules import ToldChange
from service.people.address import InvalidAddress
from tests.worker.mail.letters import LETTER, SENDER, body, parsed
from tests.worker.mail.mailserver import DROP, HANG, MailServer, greeting, serving
from worker.mail import transport as transport_module
from worker.mail.message import compose
from worker.mail.throttle import DomainThrottle
from worker.mail.transport import PermanentRefusal, PutOff, SmtpTransport, TransientRefusal

MESSAGE = b"Subject: one\r\n\r\n.a line that begins with a dot\r\n.\r\nFrom here on\r\n"


@pytest.fixture(params=["pipelining", "step by step"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[MailServer]:
    made = MailServer(is_pipelining=request.param == "pipelining")
    async with serving(made, enable_SMTPUTF8=True) as running:
        yield running


@pytest.fixture
async def transport(server: MailServer) -> AsyncIterator[SmtpTransport]:
    opened = SmtpTransport(f"smtp://127.0.0.1:{server.port}")
    yield opened
    await opened.close()


async def send(
    transport: SmtpTransport, message: bytes = MESSAGE, recipient: str = "wanda@example.org"
) -> None:
    await transport.send(message, sender="bounce-17@example.org", recipient=recipient)


async def test_the_bytes_arrive_as_they_are(server: MailServer, transport: SmtpTransport) -> None:
    await send(transport)

    (taken,) = server.taken
    assert (taken.mail_from, taken.rcpt_tos) == ("bounce-17@example.org", ["wanda@example.org"])
    assert taken.content == MESSAGE


async def test_a_composed_mail_survives_the_way(server: MailServer, transport: SmtpTransport) -> None:
    lines = "\n".join([".", "..", ".x", "From here", "größer 🎈", "x" * 2_000, "trailing "])
    mail = compose(replace(LETTER, changes=(ToldChange("", "summary", None, lines),)), SENDER)
    await send(transport, mail)

    received = server.taken[0].content
    assert received == mail
    assert parsed(mail)["Message-ID"] == "<event-17.person-4@catalogue.example.org>"
    for line in lines.split("\n"):
        assert f"\n+ {line}\n" in body(mail, "plain")


async def test_one_connection_carries_many_mails(server: MailServer, transport: SmtpTransport) -> None:
    await asyncio.gather(*(send(transport, recipient=f"p{n}@example.org") for n in range(5)))

    assert sorted(envelope.rcpt_tos[0] for envelope in server.taken) == [
        f"p{n}@example.org" for n in range(5)
    ]
    assert len(server.connections) == 1


@pytest.mark.parametrize("step", ["rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 4.3.0 later", TransientRefusal),
        ("452 4.2.2 full", TransientRefusal),
        ("550 5.1.1 nobody here", PermanentRefusal),
        ("554 5.7.1 no", PermanentRefusal),
        ("530 5.7.0 sign in first", TransientRefusal),
        ("503 5.5.1 not now", TransientRefusal),
    ],
)
async def test_a_refusal_is_for_now_or_for_good(
    server: MailServer, transport: SmtpTransport, step: str, answer: str, kind: type[Exception]
) -> None:
    getattr(server, step).append(answer)

    with pytest.raises(kind, match=f"was refused: {answer}"):
        await send(transport)
    await send(transport)

    assert len(server.taken) == 1
    assert len(server.connections) == 1, "a plain refusal leaves the connection as it is"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 4.3.0 later", TransientRefusal),
        ("550 5.7.1 not you", TransientRefusal),
        ("552 5.3.4 too large", PermanentRefusal),
    ],
)
async def test_a_refused_sender_is_our_fault_unless_the_mail_is_too_large(
    server: MailServer, transport: SmtpTransport, answer: str, kind: type[Exception]
) -> None:
    server.mail.append(answer)

    with pytest.raises(kind, match=answer):
        await send(transport)
    await send(transport)

    assert len(server.taken) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
async def test_a_lost_connection_is_for_now_and_is_opened_again(
    server: MailServer, transport: SmtpTransport, step: str
) -> None:
    getattr(server, step).append(DROP)

    with pytest.raises(TransientRefusal, match="the connection broke"):
        await send(transport)
    await send(transport)

    assert len(server.taken) == 1
    assert len(server.connections) == 2


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
async def test_a_silent_server_is_given_up(
    server: MailServer, transport: SmtpTransport, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "COMMAND_SECONDS", 0.1)
    getattr(server, step).append(HANG)

    with pytest.raises(TransientRefusal, match="Timed out"):
        await send(transport)
    monkeypatch.undo()
    await send(transport)

    assert len(server.taken) == 1
    assert len(server.connections) == 2


async def test_a_cancelled_mail_leaves_no_half_of_it_behind(
    server: MailServer, transport: SmtpTransport
) -> None:
    server.rcpt.append(HANG)
    sending = asyncio.create_task(send(transport, recipient="first@example.org"))
    await server.is_hanging.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    await send(transport, recipient="second@example.org")

    assert [envelope.rcpt_tos for envelope in server.taken] == [["second@example.org"]]


async def test_a_connection_that_the_server_closed_is_opened_again(
    server: MailServer, transport: SmtpTransport
) -> None:
    await send(transport)
    conversation = transport._free.get_nowait()
    assert conversation is not None
    transport._free.put_nowait(conversation)
    server.cut_all()
    while conversation.is_open:  # there is no event for it  # noqa: ASYNC110
        await asyncio.sleep(0)
    await send(transport)

    assert len(server.taken) == 2
    assert len(server.connections) == 2


async def test_a_closed_transport_opens_again(server: MailServer, transport: SmtpTransport) -> None:
    await transport.close()
    await send(transport)
    await transport.close()
    await transport.close()
    await send(transport)

    assert len(server.taken) == 2


async def test_nobody_listens() -> None:
    async with serving(MailServer()) as gone:
        port = gone.port
    with pytest.raises(
        TransientRefusal, match=f"cannot use the mail server 127.0.0.1:{port}: Error connecting"
    ):
        await send(SmtpTransport(f"smtp://127.0.0.1:{port}"))


@pytest.mark.parametrize("words", ["554 5.3.2 closed for today", "421 4.3.2 too busy"])
async def test_an_unfriendly_greeting_is_for_now(words: str) -> None:
    async with greeting(f"{words}\r\n".encode()) as port:
        with pytest.raises(TransientRefusal, match=f"cannot use the mail server 127.0.0.1:{port}: {words}"):
            await send(SmtpTransport(f"smtp://127.0.0.1:{port}"))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_wrong_password_is_for_now_and_not_shown() -> None:
    def refuse(*_: object) -> AuthResult:
        return AuthResult(success=False, handled=False)

    async with serving(
        MailServer(), authenticator=refuse, auth_required=True, auth_require_tls=False
    ) as server:
        transport = SmtpTransport(f"smtp://us:s3cret@127.0.0.1:{server.port}")
        with pytest.raises(TransientRefusal, match=r"cannot use the mail server .*: 535 ") as caught:
            await send(transport)
        assert "s3cret" not in str(caught.value)
        assert "s3cret" not in repr(transport._server)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_signing_in() -> None:
    seen: list[object] = []

    def accept(
        _server: object, _session: object, _envelope: object, _mechanism: str, login: object
    ) -> AuthResult:
        seen.append(login)
        return AuthResult(success=True)

    async with serving(
        MailServer(), authenticator=accept, auth_required=True, auth_require_tls=False
    ) as server:
        transport = SmtpTransport(f"smtp://us%40example.org:s%2Fcret@127.0.0.1:{server.port}")
        await send(transport)
        await transport.close()

    assert len(server.taken) == 1
    assert getattr(seen[0], "login", None) == b"us@example.org"
    assert getattr(seen[0], "password", None) == b"s/cret"


async def test_no_mail_leaves_without_the_encryption_that_was_asked_for(server: MailServer) -> None:
    with pytest.raises(TransientRefusal, match="STARTTLS extension not supported"):
        await send(SmtpTransport(f"smtp://127.0.0.1:{server.port}?starttls=1"))
    assert server.taken == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    """A server's context with a certificate of its own, valid for 127.0.0.1, and that certificate's file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, so there is no certificate to test encryption with")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context, folder / "certificate.pem"


@pytest.mark.parametrize("is_trusted", [True, False])
@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_encryption_needs_a_certificate_that_is_trusted(
    certificate: tuple[ssl.SSLContext, Path], scheme: str, is_trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, file = certificate
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    tls = {"tls": context} if scheme == "smtps" else {"tls_context": context, "require_starttls": True}
    option = "" if scheme == "smtps" else "?starttls=1"

    async with serving(MailServer(), **tls) as server:
        transport = SmtpTransport(f"{scheme}://127.0.0.1:{server.port}{option}")
        if is_trusted:
            await send(transport)
            await transport.close()
        else:
            with pytest.raises(TransientRefusal, match="CERTIFICATE_VERIFY_FAILED"):
                await send(transport)

    assert len(server.taken) == is_trusted


async def test_an_address_beyond_ascii(server: MailServer, transport: SmtpTransport) -> None:
    await send(transport, recipient="zoë@bücher.example")
    await send(transport, recipient="wanda@bücher.example")

    assert [envelope.rcpt_tos for envelope in server.taken] == [
        ["zoë@xn--bcher-kva.example"],
        ["wanda@xn--bcher-kva.example"],
    ]
    assert ["SMTPUTF8" in envelope.mail_options for envelope in server.taken] == [True, False]


async def test_an_address_beyond_ascii_that_the_server_can_not_take() -> None:
    async with serving(MailServer(), enable_SMTPUTF8=False) as server:
        transport = SmtpTransport(f"smtp://127.0.0.1:{server.port}")
        with pytest.raises(PermanentRefusal, match="SMTPUTF8"):
            await send(transport, recipient="zoë@example.org")
        await send(transport)
        await transport.close()
    assert len(server.taken) == 1


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b@c", "a@example.org\r\nRCPT TO:<b@example.org>", "a b@example.org"]
)
async def test_a_recipient_that_is_no_address(
    server: MailServer, transport: SmtpTransport, address: str
) -> None:
    with pytest.raises(PermanentRefusal, match="is no mail address"):
        await send(transport, recipient=address)
    assert server.connections == []


async def test_a_sender_that_is_no_address_is_our_own_mistake(transport: SmtpTransport) -> None:
    with pytest.raises(InvalidAddress):
        await transport.send(MESSAGE, sender="nobody", recipient="wanda@example.org")


async def test_a_reason_is_one_short_line(server: MailServer, transport: SmtpTransport) -> None:
    server.rcpt.append("550-first\r\n550-" + "x" * 400 + "\r\n550 last")
    with pytest.raises(PermanentRefusal) as caught:
        await send(transport)
    assert len(caught.value.reason) <= 300
    assert caught.value.reason.isprintable()


async def test_as_many_mails_go_at_once_as_there_are_connections(server: MailServer) -> None:
    server.data = [HANG, HANG, "250 taken"]
    pool = SmtpTransport(f"smtp://127.0.0.1:{server.port}", connections=3)
    slow = [asyncio.create_task(send(pool, recipient=f"{name}@example.org")) for name in "ab"]
    await server.is_hanging.wait()
    await send(pool, recipient="c@example.org")
    await send(pool, recipient="d@example.org")
    assert [envelope.rcpt_tos for envelope in server.taken] == [["c@example.org"], ["d@example.org"]]
    assert len(server.connections) == 3, "the one that is free is taken again"
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    await pool.close()


async def test_a_domain_whose_server_says_too_fast_gets_no_more_for_a_while(
    server: MailServer, transport: SmtpTransport
) -> None:
    server.rcpt = ["451 4.7.1 slow down", "450 4.2.0 greylisted"]
    with pytest.raises(TransientRefusal):
        await send(transport)
    with pytest.raises(PutOff) as put_off:
        await send(transport)
    assert 4 < put_off.value.seconds <= 5
    with pytest.raises(TransientRefusal, match="greylisted"):
        await send(transport, recipient="wanda@elsewhere.example")
    await send(transport, recipient="wanda@elsewhere.example")
    assert len(server.taken) == 1


def test_a_domain_is_paused_for_longer_each_time_and_until_it_takes_a_mail() -> None:
    now = 100.0
    throttle = DomainThrottle(2, clock=lambda: now)
    assert throttle.seconds_until_free("a.test") == 0
    assert throttle.seconds_until_free("a.test") == 0.5
    assert throttle.seconds_until_free("b.test") == 0
    pauses = []
    for _ in range(8):
        throttle.too_fast("a.test")
        pauses.append(throttle.seconds_until_free("a.test"))
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300]
    now += 300
    assert throttle.seconds_until_free("a.test") == 0
    throttle.taken("a.test")
    throttle.too_fast("a.test")
    assert throttle.seconds_until_free("a.test") == 5
