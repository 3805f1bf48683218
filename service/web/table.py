"""Which page stands where, and what it asks. The server and the script go by this one table."""

from dataclasses import dataclass
from typing import Any, Final

from service.web.operations import operations

# What every page of somebody who is signed in listens to.
HEARD_BY_PEOPLE: Final = "NotificationReceived"


@dataclass(frozen=True)
class Page:
    """A page: its address, its view, and its operations, whose variables the address gives.

    `view` names `templates/VIEW.html` and `static/views/VIEW.js`. A variable is taken by its name from the path, or
    else from the query string. `more` are operations that are asked too where the address gives all that they need, or
    else the plan of whoever is signed in, which the page's own operation tells;
    `heard` is a subscription that the view begins by itself.
    Where `subject` is null in the answer there is no such page, nor one of a person whose account is gone; where its
    slug is another, the page has moved.
    """

    path: str
    view: str
    operation: str | None = None
    more: tuple[str, ...] = ()
    subject: str | None = None
    heard: str | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The operations that the address gives their variables, the page's own first."""
        return (*((self.operation,) if self.operation else ()), *self.more)

    def texts(self, *, is_signed_in: bool) -> dict[str, str]:
        """The text of each operation that the first view needs, by its name."""
        names = (*self.asked, self.heard, HEARD_BY_PEOPLE if is_signed_in else None)
        return {name: operations()[name].text for name in names if name is not None}

    def for_script(self) -> dict[str, Any]:
        """The row as the script reads it."""
        return {
            "path": self.path,
            "view": self.view,
            "operation": self.operation,
            "asked": {name: _needs(name) for name in self.asked},
            "heard": {} if self.heard is None else {self.heard: _needs(self.heard)},
            "subject": self.subject,
        }


def _needs(name: str) -> dict[str, list[Any]]:
    """What an operation asks to be told: the type of each variable, whether it is a list, whether it is required."""
    return {item.name: [item.type, item.is_list, item.is_required] for item in operations()[name].variables}


PAGES: Final = (
    Page("/", "skills", "SkillIndex", more=("SkillExcerpts",)),
    Page(
        "/skills/{slug}", "skill", "SkillPage", more=("SkillAdvance",), subject="skill", heard="SkillChanges"
    ),
    Page("/skills/{slug}/suggest", "suggest", "SuggestPage", subject="skill"),
    Page("/skills/{slug}/history", "history", "SkillHistory", more=("SkillDifference",), subject="skill"),
    Page("/plan", "plan", "PlanPage", more=("PlanSkills",)),
    Page("/inbox", "inbox", "InboxPage"),
    Page("/inbox/why", "why", "WhyNotTold", more=("OwnTraces",)),
    Page("/queue", "queue", "ReviewQueue", more=("QueuedProposal",)),
    Page("/moderation", "moderation", "ModerationPage"),
    Page("/moderation/people", "people", "People"),
    Page("/moderation/told", "traces", "TraceChoices", more=("NotificationTraces",)),
    Page("/moderation/webhooks", "webhooks", "Webhooks"),
    Page("/moderation/log", "log", "AuditLog"),
    Page("/settings", "settings", "Settings"),
    Page("/settings/account", "account", "Account"),
    Page("/settings/mail", "mail", "MailSettings"),
    Page("/people/{id}", "person", "PersonPage", subject="person"),
    Page("/roles", "roles", "RoleIndex"),
    Page("/roles/{slug}", "role", "RolePage", subject="role"),
    Page("/proposals", "proposals", "ProposalIndex"),
    Page("/proposals/{number:int}", "proposal", "ProposalPage", subject="proposal", heard="ProposalChanges"),
    Page("/proposals/{number:int}/edit", "edit", "ProposalDraft", subject="proposal"),
)
