"""Letters to compose, and composed mails to look into."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from service.notifications.rules import ToldChange
from worker.mail.letter import Letter, Reason, Sender

SENDER = Sender(
    site_name="Skill Profile",
    address="notifications@catalogue.example.org",
    base_url="https://catalogue.example.org",
    unsubscribe_address="unsubscribe@catalogue.example.org",
)

OLD = "Runs the rollout and may stop it."
NEW = "Runs the rollout and must stop it when the error budget burns."

LETTER = Letter(
    kind="proposal_accepted",
    event_id=17,
    recipient_id=4,
    written_at=datetime(2026, 3, 17, 9, 30, tzinfo=UTC),
    recipient_name="Wanda Watcher",
    recipient_address="wanda@example.org",
    reason=Reason.WATCHING,
    thread="skill",
    watched="skill",
    skill_id=12,
    skill_name="Progressive Delivery",
    skill_url="https://catalogue.example.org/skills/progressive-delivery",
    number=42,
    title="Say when a rollout stops",
    proposal_url="https://catalogue.example.org/proposals/42",
    author_name="Ada Author",
    actor_name="Rita Reviewer",
    note="",
    changes=(ToldChange("Release Engineer, Senior", "description", OLD, NEW),),
    unsubscribe_url="https://catalogue.example.org/u/" + "t0k3n" * 20,
    manage_url="https://catalogue.example.org/settings/mail",
)

TO_AUTHOR = replace(
    LETTER,
    recipient_name="Ada Author",
    recipient_address="ada@example.org",
    reason=Reason.AUTHOR,
    thread="proposal",
    watched="proposal",
)


def parsed(mail: bytes) -> EmailMessage:
    """The mail as a reader's program sees it."""
    message = message_from_bytes(mail, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(mail: bytes, subtype: str) -> str:
    """One of the two bodies, decoded, with plain line ends."""
    part = parsed(mail).get_body((subtype,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def header_lines(mail: bytes) -> list[str]:
    """The head of the mail as it travels, one physical line each."""
    return mail.partition(b"\r\n\r\n")[0].decode().split("\r\n")
