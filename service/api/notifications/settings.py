"""How the viewer wants mail."""

from datetime import datetime
from typing import Any

import strawberry

from service.api.context import Info
from service.api.enums import describe_enum
from service.api.plan.fields import column
from service.notifications.models import MailSettings, Suppression
from service.notifications.queries import settings_by_person
from service.notifications.rules import SettingsChoices
from service.watches.models import WatchEvent, WatchFrequency

describe_enum(
    Suppression,
    "Why no mail is sent to a person.",
    BOUNCED="Their address takes no mail.",
    BOUNCED_OFTEN="Mail to them came back three times within seven days.",
    COMPLAINED="They have called a mail spam.",
)


@strawberry.type(
    description="The hours of every night, or day, in which no mail is sent; what happens then waits."
)
class QuietHours:
    """By the person's own clock; they may pass midnight."""

    from_: int = strawberry.field(name="from", description="The full hour at which they begin: 0 to 23.")
    until: int = strawberry.field(description="The full hour at which they end: 0 to 23.")


@strawberry.type(
    description="How soon, at the soonest, the person hears of a kind of event; a watch may say later."
)
class EventFrequency:
    """Mentions are heard of as the watch says."""

    event: WatchEvent = strawberry.field(description="The kind of event.")
    frequency: WatchFrequency = strawberry.field(description="How soon at the soonest.")


@strawberry.type(description="How the person wants mail.")
class NotificationSettings:
    """Where the person has never said, the defaults."""

    record: strawberry.Private[MailSettings]

    time_zone: str = column("By whose clock hours are meant: a name of the IANA list of time zones.")
    locale: str = column(
        "How dates are written in mails: a language, and a country if need be, such as en-GB."
    )
    digest_hour: int = column("The full hour at which digests come: 0 to 23.")
    digest_weekday: int = column("The day on which weekly digests come: 1 for Monday to 7 for Sunday.")
    has_digests: bool = column(
        "Whether digests are mailed; where not, the inbox alone has what they would tell."
    )

    mail_stopped_at: datetime | None = column(
        "Since when no mail is sent, because mail came back; null where it is. `verifyAddress` lets it go again.",
        name="suppressed_at",
    )
    mail_stopped_because: Suppression | None = column(
        "What came back; null where mail is sent.", name="suppressed_because"
    )

    @strawberry.field(description="When no mail is sent; null where any hour will do.")
    def quiet_hours(self) -> QuietHours | None:
        """Both hours, or neither."""
        if self.record.quiet_from is None or self.record.quiet_until is None:
            return None
        return QuietHours(from_=self.record.quiet_from, until=self.record.quiet_until)

    @strawberry.field(description="How soon, at the soonest, the person hears of each kind of event.")
    def frequencies(self) -> list[EventFrequency]:
        """Each kind once."""
        return [
            EventFrequency(event=event, frequency=getattr(self.record, f"{event.value.lower()}_frequency"))
            for event in WatchEvent
        ]


@strawberry.type
class ViewerSettings:
    """What settings add to the viewer."""

    @strawberry.field(description="How the person wants mail.")
    async def settings(self, info: Info) -> NotificationSettings:
        """The defaults where the person has never said."""
        viewer: Any = self
        return NotificationSettings(record=await info.context.get(settings_by_person, viewer.record.id))


@strawberry.input(description="The hours of every night, or day, in which no mail is to be sent.")
class QuietHoursInput:
    """By the person's own clock; they may pass midnight."""

    from_: int = strawberry.field(name="from", description="The full hour at which they begin: 0 to 23.")
    until: int = strawberry.field(description="The full hour at which they end: 0 to 23, another one.")


@strawberry.input(description="How soon, at the soonest, the person wants to hear of a kind of event.")
class EventFrequencyInput:
    """Mentions are heard of as the watch says."""

    event: WatchEvent = strawberry.field(description="The kind of event.")
    frequency: WatchFrequency = strawberry.field(description="How soon at the soonest.")


@strawberry.input(description="How the viewer wants mail. What is left out stays as it is.")
class UpdateNotificationSettingsInput:
    """Of oneself."""

    time_zone: strawberry.Maybe[str] = strawberry.field(
        description="A name of the IANA list of time zones, such as Europe/Berlin."
    )
    locale: strawberry.Maybe[str] = strawberry.field(
        description="How to write dates: a language, and a country if need be, such as de or en-GB."
    )
    digest_hour: strawberry.Maybe[int] = strawberry.field(
        description="The full hour at which digests are to come: 0 to 23."
    )
    digest_weekday: strawberry.Maybe[int] = strawberry.field(
        description="The day for weekly digests: 1 for Monday to 7 for Sunday."
    )
    has_digests: strawberry.Maybe[bool] = strawberry.field(description="Whether digests are to be mailed.")
    quiet_hours: strawberry.Maybe[QuietHoursInput | None] = strawberry.field(
        description="When no mail is to be sent; null where any hour will do."
    )
    frequencies: strawberry.Maybe[list[EventFrequencyInput]] = strawberry.field(
        description="How soon, at the soonest, to hear of these kinds of event; the others stay as they are."
    )

    def choices(self) -> SettingsChoices:
        """The domain's, by its columns."""
        given: Any = {
            name: some.value
            for name in ("time_zone", "locale", "digest_hour", "digest_weekday", "has_digests")
            if (some := getattr(self, name)) is not None
        }
        if self.quiet_hours is not None:
            hours = self.quiet_hours.value
            given["quiet_from"], given["quiet_until"] = (
                (None, None) if hours is None else (hours.from_, hours.until)
            )
        for each in [] if self.frequencies is None else self.frequencies.value:
            given[f"{each.event.value.lower()}_frequency"] = each.frequency
        choices: SettingsChoices = given
        return choices
