"""The mail server that `MAIL_URL` names."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from aiosmtplib import SMTP

EXAMPLE = "smtp://user:secret@host:587?starttls=1, or smtps://user:secret@host"
_DEFAULT_PORTS = {"smtp": 25, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes, and how to get in."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    use_tls: bool
    """TLS from the first byte (smtps)."""
    start_tls: bool
    """TLS from STARTTLS on, and no mail without it."""

    @classmethod
    def parse(cls, url: str) -> "MailServer":
        """Read a URL. Raises ValueError, which says what is wrong and never shows the password."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # its text may quote the password
            raise ValueError(f"MAIL_URL is no URL: write {EXAMPLE}") from None
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"MAIL_URL is not understood: write {EXAMPLE}")
        start_tls = _start_tls(parts.scheme, parts.query)
        server = cls(
            host=parts.hostname,
            port=port or (587 if start_tls else _DEFAULT_PORTS[parts.scheme]),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            start_tls=start_tls,
        )
        server._ensure_the_password_is_safe()
        return server

    def client(self, local_name: str, seconds: float) -> SMTP:
        """A client of this server, not connected; each command may take that long.

        `local_name` is what it calls itself: given, since asking the name service for our own name can hang.
        """
        return SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            local_hostname=local_name,
            use_tls=self.use_tls,
            start_tls=self.start_tls,
            timeout=seconds,
        )

    def _ensure_the_password_is_safe(self) -> None:
        if bool(self.user) != bool(self.password):
            raise ValueError(f"MAIL_URL has a user or a password, but not both: write {EXAMPLE}")
        if self.password and not (self.use_tls or self.start_tls or self.host in _LOOPBACK):
            raise ValueError(f"MAIL_URL would send the password unencrypted: write {EXAMPLE}")

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def _start_tls(scheme: str, query: str) -> bool:
    options = parse_qsl(query, keep_blank_values=True)
    if not options:
        return False
    if scheme != "smtp" or options not in ([("starttls", "0")], [("starttls", "1")]):
        raise ValueError(f"MAIL_URL knows one option, starttls=1, for smtp:// only: write {EXAMPLE}")
    return options == [("starttls", "1")]
