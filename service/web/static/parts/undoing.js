// Undoing an accepted change: a new revision with a reason, which overwrites nothing that came after.
import { html } from "../vendor/lit.js";
import { _ } from "../words.js";

/** The form; `undo` is called with the reason. */
export function undoing(acting, undo) {
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    if (await undo(new FormData(form).get("reason"))) form.closest("details").open = false;
  };
  return html`<details><summary class="plain">${_("Undo …")}</summary>
    <form class="writing" @submit=${submit}>
      <label>${_("Why it is undone")} <textarea name="reason" required maxlength="5000"></textarea></label>
      <p><button class="button" ?disabled=${acting.isBusy}>${_("Undo this change")}</button></p>
    </form></details>`;
}
