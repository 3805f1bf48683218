"""Which page stands where, and what it asks. The server and the script go by this one table."""

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Page:
    """A page: its address, its view, and its operations, whose variables the address gives.

    `view` names `templates/VIEW.html` and `static/views/VIEW.js`. A variable is taken by its name from the path, or
    else from the query string. `more` are operations that are asked too where the address gives all that they need.
    Where `subject` is null in the answer there is no such page; where its slug is another, the page has moved.
    """

    path: str
    view: str
    operation: str | None = None
    more: tuple[str, ...] = ()
    subject: str | None = None

    def for_script(self) -> dict[str, Any]:
        """The row as the script reads it."""
        return {
            "path": self.path,
            "view": self.view,
            "operation": self.operation,
            "more": list(self.more),
            "subject": self.subject,
        }


PAGES: Final = (
    Page("/", "skills", "SkillIndex"),
    Page("/skills/{slug}", "skill", "SkillPage", more=("SkillAdvance",), subject="skill"),
    Page("/skills/{slug}/suggest", "suggest", "SkillPage", subject="skill"),
    Page("/skills/{slug}/history", "history", "SkillHistory", more=("SkillDifference",), subject="skill"),
    Page("/settings", "settings", "Settings"),
    Page("/roles", "roles", "RoleIndex"),
    Page("/roles/{slug}", "role", "RolePage", subject="role"),
    Page("/proposals", "proposals", "ProposalIndex"),
    Page("/proposals/{number:int}", "proposal", "ProposalPage", subject="proposal"),
)
