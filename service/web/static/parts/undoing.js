// Undoing an accepted change: a new revision with a reason, which overwrites nothing that came after.
import { html } from "../vendor/lit.js";
import { _ } from "../words.js";
import { unfolding } from "./unfolding.js";

/** The form; `undo` is called with the reason. */
export const undoing = (acting, undo) =>
  unfolding(
    _("Undo …"),
    (form) => undo(new FormData(form).get("reason")),
    html`<label>${_("Why it is undone")} <textarea name="reason" required maxlength="5000"></textarea></label>
      <p><button class="button" ?disabled=${acting.isBusy}>${_("Undo this change")}</button></p>`,
    "plain",
  );
