"""The mail transport at the border."""

from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class RecordingTransport:
    """Keeps what it is given; refuses with `refusal` while that is set."""

    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refusal: Exception | None = None

    async def send(self, message: bytes, *, sender: str, recipient: str) -> None:
        """Take a mail, or raise."""
        if self.refusal is not None:
            raise self.refusal
        self.raw.append(message)
        self.messages.append(message_from_bytes(message, policy=policy.default))

    def to(self, address: str) -> list[EmailMessage]:
        """The mails to the address, in order."""
        return [message for message in self.messages if address in str(message["To"])]
