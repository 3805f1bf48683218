// What can happen in public, in words. `templates/kinds.html` has the same for the server.
import { _ } from "../words.js";

export const KINDS = [
  "CATALOGUE_IMPORTED", "COMMENT_WRITTEN", "PROPOSAL_CREATED", "PROPOSAL_EDITED", "PROPOSAL_REVIEWED", "PROPOSAL_ACCEPTED",
  "PROPOSAL_DECLINED", "PROPOSAL_WITHDRAWN", "PROPOSAL_MARKED_STALE", "PROPOSAL_EXPIRED", "REVISION_REVERTED",
];

export const kindWord = (kind) =>
  ({
    CATALOGUE_IMPORTED: _("Files were imported"), COMMENT_WRITTEN: _("A comment"), PROPOSAL_CREATED: _("A proposal"),
    PROPOSAL_EDITED: _("A proposal was edited"), PROPOSAL_REVIEWED: _("A review"), PROPOSAL_ACCEPTED: _("A proposal was accepted"),
    PROPOSAL_DECLINED: _("A proposal was declined"), PROPOSAL_WITHDRAWN: _("A proposal was withdrawn"),
    PROPOSAL_MARKED_STALE: _("A proposal became stale"), PROPOSAL_EXPIRED: _("A proposal was closed as stale"),
    REVISION_REVERTED: _("A change was taken back"),
  })[kind] ?? kind;
