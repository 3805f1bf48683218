// One's own account: the name that others see, the address, all that is kept, and the end of it.
import { html, nothing } from "../vendor/lit.js";
import { person, roleWord, signInAddress, tell } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { unfolding } from "../parts/unfolding.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Account extends View {
  acting = new Acting(this);

  title() {
    return _("Your account");
  }

  body({ viewer }) {
    return html`<div class="view account-page">
      <header class="title"><h1>${_("Your account")}</h1>
      ${viewer ? html`<p class="lead">${person(viewer.person)} · ${viewer.email} · ${roleWord(viewer.role)}</p>` : nothing}</header>
      ${viewer
        ? html`${this.acting.faults.length ? this.acting.shown() : nothing}${this.name(viewer)}${this.address(viewer)}${this.kept()}${this.ending()}
          <p><a href="/settings">${_("All settings")}</a></p>`
        : html`<p class="empty">${_("Sign in to see what you keep here.")} <a href=${signInAddress()} data-whole>${_("Sign in")}</a></p>`}
    </div>`;
  }

  name({ person: self }) {
    return html`<form class="chooser" @submit=${(event) => this.send(event, "UpdateProfile", _("Saved."))}>
      <label>${_("The name that others see")} <input name="name" required maxlength="100" autocomplete="name" .value=${self.name}></label>
      <button class="button" ?disabled=${this.acting.isBusy}>${_("Save")}</button></form>`;
  }

  address({ email }) {
    const verify = () => this.do("VerifyAddress", { email }, _("A link is on its way to %(address)s.", { address: email }));
    return html`<section aria-labelledby="address"><h2 id="address">${_("Your address")}</h2>
      <p>${_("A link is sent to the new address. It is yours once you have used the link; until then mail goes to the old one.")}</p>
      <form class="chooser" @submit=${(event) => this.send(event, "ChangeAddress", _("A link is on its way to the new address."))}>
        <label>${_("New address")} <input type="email" name="email" required autocomplete="email"></label>
        <button class="button" ?disabled=${this.acting.isBusy}>${_("Send a link there")}</button></form>
      <p>${_("Has mail come back from your address, so that you get no more?")}</p>
      <p><button type="button" class="button" ?disabled=${this.acting.isBusy} @click=${verify}>${_("Send a link to it, to begin again")}</button></p></section>`;
  }

  kept() {
    return html`<section aria-labelledby="kept"><h2 id="kept">${_("What is kept of you")}</h2>
      <p>${_("All of it in one file, but for secrets.")}</p>
      <p><button type="button" class="button" ?disabled=${this.acting.isBusy} @click=${() => this.take()}>${_("Get the file")}</button></p></section>`;
  }

  ending() {
    return html`<section aria-labelledby="end"><h2 id="end">${_("The end of your account")}</h2>
      <p>${_("Your name, your address, your plan and your watches go. What you wrote stays, as a former member's.")}</p>
      ${unfolding(
        _("End my account …"),
        (form) => this.leave(form),
        html`<label>${_("Your address once more, to mean it")} <input type="email" name="email" required autocomplete="off"></label>
          <p><button class="button" ?disabled=${this.acting.isBusy}>${_("End it for good")}</button></p>`,
      )}</section>`;
  }

  async send(event, operation, words) {
    event.preventDefault();
    const form = event.target;
    if ((await this.do(operation, Object.fromEntries(new FormData(form)), words)) && operation !== "UpdateProfile") form.reset();
  }

  /** Hand the document over as a file. */
  async take() {
    const done = await this.acting.do("ExportOwnData", { form: "JSON" });
    if (!done) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([done.document], { type: "application/json" }));
    link.download = "skillprofile.json";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  async leave(form) {
    const done = await this.acting.do("DeleteAccount", { email: new FormData(form).get("email") });
    if (done) location.assign("/");
    return done;
  }

  async do(operation, input, words) {
    const done = await this.acting.do(operation, input);
    if (done) tell(words);
    return done;
  }
}
