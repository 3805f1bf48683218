// What the API says was wrong, in the reader's language: by its code. Loaded when something is wrong for the first time,
// and by nobody who reads English, in which the API itself says more.
import { _ } from "../words.js";
import { invalid } from "./invalid.js";

/** The sentence for a fault; of a code that is not known here, the API's own. */
export const sentence = (fault) => (fault.code === "INVALID_INPUT" ? invalid(fault) : null) ?? sentences(fault.message)[fault.code] ?? fault.message;

const sentences = (said) => ({
  ...ofInputs(said),
  ...ofProposals(),
  ...ofPeople(),
  ...ofRequests(said),
});

const ofInputs = (said) => ({
  INVALID_INPUT: _("This cannot be taken as it is. The server says: %(said)s", { said }),
  NOTHING_CHANGES: _("It is so already: nothing would change."),
  NOT_FOUND: _("What this is about is not there, or not any more."),
  REFERENCE_GONE: _("A role, level, group or skill that it names is not in the catalogue any more."),
  REQUIREMENT_EXISTS: _("The role asks for something at this level already. Change that row instead."),
  SLUG_TAKEN: _("This short name leads to another skill. Choose another."),
  FIRST_REVISION: _("A skill's first revision cannot be taken back."),
  IDEMPOTENCY_KEY_REUSED: _("This was sent before, with other words. Load the page anew, and send it once more."),
  TOO_MANY_WEBHOOKS: _("There are as many webhooks as may be. Remove one first."),
  WEBHOOK_IS_OFF: _("The webhook is turned off. Turn it on first."),
  TOO_MANY_TOKENS: _("You have as many tokens as may be. Revoke one first."),
  TOO_MANY_TICKS: _("You have ticked as much as may be."),
});

const ofProposals = () => ({
  OWN_PROPOSAL: _("Nobody decides on their own proposal: somebody else must."),
  TOO_MANY_OPEN_PROPOSALS: _("You have as many open proposals as may be. Wait for decisions, or withdraw one."),
  NOT_THE_AUTHOR: _("Only who wrote it may do this."),
  CONFLICT: _("A field has changed since this was written. Compare, and write it against the present text."),
  PROPOSAL_ALREADY_DECIDED: _("The proposal has been decided already."),
  EDITED_MEANWHILE: _("The proposal has been edited meanwhile. Read what it says now, and go on from there."),
  NOT_OUTDATED: _("The proposal is written against the present revision already."),
  TOO_MANY_VERSIONS: _("The proposal has been edited as often as may be. Withdraw it, and write another."),
  APPROVALS_MISSING: _("More reviewers must approve of it first."),
  ALREADY_IN_PLACE: _("Another change has brought all of it about already."),
  NOT_HELD: _("Nothing waits there."),
  HELD: _("It waits for a moderator."),
});

const ofPeople = () => ({
  SIGN_IN_AGAIN: _("For this you must have signed in just now. Sign out and in again, and do it once more."),
  SUSPENDED: _("The account is suspended: it reads, and does nothing else."),
  DISCUSSION_LOCKED: _("A moderator has locked the discussion."),
  OUTSIDE_DOMAINS: _("You review other domains than this one."),
  ROLE_TOO_HIGH: _("Only an admin may do this to somebody who may do so much."),
  LAST_ADMIN: _("Somebody must stay admin."),
  COMMENT_GONE: _("The comment has been deleted or hidden."),
});

const ofRequests = (said) => ({
  RATE_LIMITED: _("This was too much for now. Wait a while, and try again."),
  BUSY: _("Others are writing the same just now. Nothing was written: send it again."),
  FORBIDDEN: _("Your role does not allow this."),
  UNAUTHENTICATED: _("You are not signed in any more. Sign in, and send it again."),
  INTERNAL_SERVER_ERROR: _("The server has failed. Try again in a moment."),
  BAD_USER_INPUT: _("This cannot be answered as it was asked. The server says: %(said)s", { said }),
  NETWORK: _("The server cannot be reached. Nothing is lost: try again in a moment."),
});
