"""Who may do what to a proposal, and when. Pure."""

from collections.abc import Collection

from service.catalogue.content import FieldConflict
from service.catalogue.models import Skill
from service.catalogue.rules import ensure_text
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound
from service.people.models import Person, PersonRole
from service.people.rules import is_moderator
from service.people.trust import Gate
from service.proposals.models import REASON_MAX, TITLE_MAX, Proposal, ProposalState

IDEMPOTENCY_KEY_MAX = 100


class ProposalNotFound(NotFound):
    """No proposal has the id or number."""

    def __init__(self) -> None:
        super().__init__(
            "There is no such proposal. Look its number up in the list of proposals.", path=("proposalId",)
        )


class ProposalAlreadyDecided(Conflict):
    """The proposal is no longer open."""

    code = "PROPOSAL_ALREADY_DECIDED"

    def __init__(self, state: ProposalState) -> None:
        super().__init__(f"The proposal is already {state.value.lower()}; only an open one can be decided.")


class OwnProposal(NotAllowed):
    """Two people stand behind each change: the author does not decide."""

    code = "OWN_PROPOSAL"

    def __init__(self) -> None:
        super().__init__("Nobody decides on their own proposal: ask another reviewer, or withdraw it.")


class NotTheAuthor(NotAllowed):
    """Only the author withdraws."""

    code = "NOT_THE_AUTHOR"

    def __init__(self) -> None:
        super().__init__("Only its author withdraws a proposal; a reviewer declines it.")


class NothingChanges(InvalidInput):
    """The catalogue already says what the proposal wishes."""

    code = "NOTHING_CHANGES"

    def __init__(self) -> None:
        super().__init__("This changes nothing: the catalogue already says so.", path=("changes",))


class AlreadyInPlace(Conflict):
    """Somebody else's change has brought about all that the proposal wishes."""

    code = "ALREADY_IN_PLACE"

    def __init__(self) -> None:
        super().__init__(
            "The catalogue has come to say all of this already: decline or withdraw the proposal."
        )


class IdempotencyKeyReused(Conflict):
    """The key belongs to another proposal of the same person."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__(
            "This idempotency key has been used for a different proposal: give each proposal a key of its own.",
            path=("idempotencyKey",),
        )


class FieldHasMoved(Conflict):
    """A touched field has another value than when the proposal was written."""

    said = "has changed since this was proposed. Propose anew from the present text."
    at: tuple[str, ...] = ("proposalId",)

    def __init__(self, conflict: FieldConflict, *, place: str, skill: Skill) -> None:
        super().__init__(
            f"{skill.name}, {place}: {conflict.field.replace('_', ' ')} {self.said}", path=self.at
        )
        self.conflict = conflict
        self.place = place
        self.skill_slug = skill.slug


class ProposalWaits(Conflict):
    """Not everybody can see the proposal yet."""

    code = "HELD"

    def __init__(self) -> None:
        super().__init__("This proposal waits for a moderator: it is decided once everybody can see it.")


class OutsideDomains(NotAllowed):
    """The reviewer is one of other domains."""

    code = "OUTSIDE_DOMAINS"

    def __init__(self) -> None:
        super().__init__("You review other domains: leave this to a reviewer of the skill's own.")


def can_see(proposal: Proposal, viewer: Person) -> bool:
    """What is held or rejected is seen by its author and by moderators."""
    return proposal.gate is Gate.OPEN or proposal.author_id == viewer.id or is_moderator(viewer)


def ensure_can_review(
    proposal: Proposal, by: Person, *, touched: Collection[int], limited_to: Collection[int]
) -> None:
    """Raise unless everybody sees the proposal, and the domains that it touches are ones of the reviewer's.

    Maintainers and admins, and reviewers who are limited to none, review all domains.
    """
    if not can_see(proposal, by):
        raise ProposalNotFound
    if proposal.gate is not Gate.OPEN:
        raise ProposalWaits
    if by.role is PersonRole.REVIEWER and limited_to and not set(touched) <= set(limited_to):
        raise OutsideDomains


def ensure_texts(title: str, reason: str, idempotency_key: str | None) -> None:
    """Raise InvalidInput, its path the input's name, for one that is too short, too long or no text."""
    for text, name, least, most in (
        (title, "title", 1, TITLE_MAX),
        (reason, "reason", 0, REASON_MAX),
        (idempotency_key or "-", "idempotencyKey", 1, IDEMPOTENCY_KEY_MAX),
    ):
        try:
            ensure_text(text, what=f"The {name}", least=least, most=most)
        except InvalidInput as error:
            raise InvalidInput(error.message, path=(name,)) from error


def ensure_can_decide(proposal: Proposal, by: Person) -> None:
    """Raise unless the proposal is open and somebody else wrote it. That a reviewer asks, the API has checked."""
    ensure_open(proposal)
    if proposal.author_id == by.id:
        raise OwnProposal


def ensure_can_withdraw(proposal: Proposal, by: Person) -> None:
    """Raise unless the proposal is open and the person its author."""
    if proposal.author_id != by.id:
        raise NotTheAuthor
    ensure_open(proposal)


def ensure_open(proposal: Proposal) -> None:
    """Raise ProposalAlreadyDecided unless it is open."""
    if proposal.state is not ProposalState.OPEN:
        raise ProposalAlreadyDecided(proposal.state)


def clean_reason(reason: str, *, reader: str = "the author of the proposal") -> str:
    """The reason of a decision, which must say something to its reader.

    Raises:
        InvalidInput: it is empty or too long.
    """
    cleaned = reason.strip()
    if not cleaned:
        raise InvalidInput(f"Say why: {reader} reads it.", path=("reason",))
    if len(cleaned) > REASON_MAX:
        raise InvalidInput(f"A reason holds at most {REASON_MAX:,} characters.", path=("reason",))
    return cleaned
