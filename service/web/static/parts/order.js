// Keeping order: anybody who is signed in reports a text; moderators hide it, show it again, and lock discussions. Each
// of their acts has a reason, for the log. `act` does an operation with an input, and comes to nothing where it failed.
import { html, nothing } from "../vendor/lit.js";
import { may } from "../pieces.js";
import { _ } from "../words.js";
import { unfolding } from "./unfolding.js";

export const isModerator = (viewer) => may(viewer, "MAINTAINER");

export const reportWord = (kind) =>
  ({
    SPAM: _("It advertises"),
    ABUSE: _("It hurts somebody"),
    OFF_TOPIC: _("It does not belong there"),
    PRIVATE_DATA: _("It tells what is nobody's business"),
    OTHER: _("Something else"),
  })[kind];

export const reporting = (subjectId, act) =>
  unfolding(
    _("Report …"),
    (form) => act("ReportContent", { subjectId, ...Object.fromEntries(new FormData(form)) }),
    html`<label>${_("What is wrong with it")} <select name="kind">${["SPAM", "ABUSE", "OFF_TOPIC", "PRIVATE_DATA", "OTHER"].map(
        (kind) => html`<option value=${kind}>${reportWord(kind)}</option>`,
      )}</select></label>
      <label>${_("What else a moderator should know")} <textarea name="note" maxlength="2000"></textarea></label>
      <p><button class="button">${_("Tell a moderator")}</button></p>`,
    "plain",
  );

export const hiding = (subjectId, isHidden, act) =>
  isHidden
    ? forReason(_("Show again …"), _("Show it again"), (reason) => act("ShowContent", { subjectId, reason }))
    : forReason(_("Hide …"), _("Hide it"), (reason) => act("HideContent", { subjectId, reason }));

export const locking = (subjectId, isLocked, act) =>
  isLocked
    ? forReason(_("Unlock the discussion …"), _("Unlock it"), (reason) => act("UnlockDiscussion", { subjectId, reason }))
    : forReason(_("Lock the discussion …"), _("Lock it"), (reason) => act("LockDiscussion", { subjectId, reason }));

/** An act that needs a reason. */
export const forReason = (words, button, act, more = nothing) =>
  unfolding(
    words,
    (form) => act(new FormData(form).get("reason"), form),
    html`${more}<label>${_("Reason, for the log")} <textarea name="reason" required maxlength="2000"></textarea></label>
      <p><button class="button">${button}</button></p>`,
    "plain",
  );
