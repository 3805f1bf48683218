// A form that is opened when it is wanted, and closed when it is done.
import { html } from "../vendor/lit.js";

/** `act` is given the form and the pressed button's value; when it comes to something, the form is closed. */
export function unfolding(words, act, fields, kind = "button") {
  const submit = async (event) => {
    event.preventDefault();
    const form = event.target;
    if (!(await act(form, event.submitter?.value))) return;
    form.reset();
    form.closest("details").open = false;
  };
  return html`<details><summary class=${kind}>${words}</summary><form class="writing" @submit=${submit}>${fields}</form></details>`;
}
