"""Who may do what to a proposal, and when. Pure."""

from collections.abc import Collection

from service.catalogue.content import FieldConflict
from service.catalogue.models import Skill
from service.catalogue.rules import ensure_text
from service.errors import Conflict, InvalidInput, NotAllowed, NotFound, below
from service.people.models import Person, PersonRole
from service.people.rules import is_moderator, may
from service.people.trust import Gate
from service.proposals.models import OPEN_MAX, REASON_MAX, TITLE_MAX, VERSIONS_MAX, Proposal, ProposalState

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


class EditedMeanwhile(Conflict):
    """The proposal says something else than what the person has read."""

    code = "EDITED_MEANWHILE"

    def __init__(self, version: int) -> None:
        super().__init__(
            f"The proposal has been edited since you read it, and is at version {version}: read that one first.",
            path=("version",),
        )


class NotOutdated(Conflict):
    """The proposal is written against its skills as they stand."""

    code = "NOT_OUTDATED"

    def __init__(self) -> None:
        super().__init__(
            "The proposal is written against the present revision already: there is nothing to do."
        )


class TooManyVersions(Conflict):
    """The proposal has been edited as often as may be."""

    code = "TOO_MANY_VERSIONS"

    def __init__(self) -> None:
        super().__init__(
            f"A proposal has at most {VERSIONS_MAX} versions: withdraw this one, and propose anew."
        )


class ApprovalsMissing(Conflict):
    """More people must stand behind the change."""

    code = "APPROVALS_MISSING"

    def __init__(self, needed: int, given: int) -> None:
        super().__init__(
            f"This needs {needed} people besides its author, and with you there would be {given}: "
            "approve it, and ask another reviewer to accept it."
        )


class OwnProposal(NotAllowed):
    """Two people stand behind each change: the author does not decide."""

    code = "OWN_PROPOSAL"

    def __init__(self) -> None:
        super().__init__("Nobody decides on their own proposal: ask another reviewer, or withdraw it.")


class TooManyOpenProposals(NotAllowed):
    """The person has as many open proposals as may be."""

    code = "TOO_MANY_OPEN_PROPOSALS"

    def __init__(self) -> None:
        super().__init__(
            f"You have {OPEN_MAX} open proposals, as many as may be: withdraw one, or wait for a reviewer."
        )


class NotTheAuthor(NotAllowed):
    """Only the author edits and withdraws."""

    code = "NOT_THE_AUTHOR"

    def __init__(self) -> None:
        super().__init__("Only its author edits or withdraws a proposal; a reviewer accepts or declines it.")


class NothingChanges(InvalidInput):
    """The catalogue, or the proposal that is edited, already says what is wished."""

    code = "NOTHING_CHANGES"

    def __init__(self, of: str = "the catalogue", path: tuple[str, ...] = ("changes",)) -> None:
        super().__init__(f"This changes nothing: {of} already says so.", path=path)


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


def ensure_sees(proposal: Proposal, viewer: Person) -> None:
    """Raise ProposalNotFound where there is no such proposal for the person."""
    if not can_see(proposal, viewer):
        raise ProposalNotFound


def ensure_waits_for_none(proposal: Proposal) -> None:
    """Raise ProposalWaits unless everybody sees the proposal."""
    if proposal.gate is not Gate.OPEN:
        raise ProposalWaits


def ensure_texts(title: str, reason: str, idempotency_key: str | None) -> None:
    """Raise InvalidInput, its path the input's name, for one that is too short, too long or no text."""
    for text, name, least, most in (
        (title, "title", 1, TITLE_MAX),
        (reason, "reason", 0, REASON_MAX),
        (idempotency_key or "-", "idempotencyKey", 1, IDEMPOTENCY_KEY_MAX),
    ):
        with below(name):
            ensure_text(text, what=f"The {name}", least=least, most=most)


def ensure_can_decide(proposal: Proposal, by: Person) -> None:
    """Raise unless the proposal is open and somebody else wrote it. That a reviewer asks, the API has checked."""
    ensure_open(proposal)
    if proposal.author_id == by.id:
        raise OwnProposal


def ensure_may_propose_more(open_count: int) -> None:
    """Raise TooManyOpenProposals where the person has so many that wait."""
    if open_count >= OPEN_MAX:
        raise TooManyOpenProposals


def ensure_can_rebase(proposal: Proposal, by: Person) -> None:
    """Raise unless the proposal is open and the person its author or a reviewer."""
    ensure_sees(proposal, by)
    if proposal.author_id != by.id and not may(by, PersonRole.REVIEWER):
        raise NotTheAuthor
    ensure_open(proposal)


def ensure_can_withdraw(proposal: Proposal, by: Person) -> None:
    """Raise unless the proposal is open and the person its author."""
    ensure_sees(proposal, by)
    if proposal.author_id != by.id:
        raise NotTheAuthor
    ensure_open(proposal)


def ensure_version(proposal: Proposal, read: int | None) -> None:
    """Raise EditedMeanwhile where the person has read another version; None says nothing of what was read."""
    if read not in (None, proposal.version):
        raise EditedMeanwhile(proposal.version)


def ensure_may_grow(proposal: Proposal) -> None:
    """Raise TooManyVersions where no version can be added."""
    if proposal.version >= VERSIONS_MAX:
        raise TooManyVersions


def ensure_approved(approvers: Collection[int], needed: int, by: Person) -> None:
    """Raise ApprovalsMissing unless enough people stand behind the change, whoever accepts it among them."""
    given = len({*approvers, by.id})
    if given < needed:
        raise ApprovalsMissing(needed, given)


def ensure_open(proposal: Proposal) -> None:
    """Raise ProposalAlreadyDecided unless it is open."""
    if proposal.state is not ProposalState.OPEN:
        raise ProposalAlreadyDecided(proposal.state)


def clean_words(
    words: str, *, name: str = "reason", needed: bool = True, reader: str = "the author of the proposal"
) -> str:
    """The words of a review or a decision, which must say something to their reader where they are needed.

    Raises:
        InvalidInput: it is empty or too long, its path the input's name.
    """
    cleaned = words.strip()
    if needed and not cleaned:
        raise InvalidInput(f"Say why: {reader} reads it.", path=(name,))
    with below(name):
        ensure_text(cleaned, what=f"The {name}", least=0, most=REASON_MAX)
    return cleaned
