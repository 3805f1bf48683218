// What a person keeps here: what they watch and how they hear of it, the browsers that are signed in, and tokens.
import { html, nothing } from "../vendor/lit.js";
import { day, person, signInAddress } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { View } from "../view.js";
import { _, moment } from "../words.js";

export default class Settings extends View {
  acting = new Acting(this);
  secret = null; // of a token that has just been made: nobody can tell it again

  title() {
    return _("Settings");
  }

  body({ viewer }) {
    return html`<div class="view settings">
      <header class="title"><h1>${_("Settings")}</h1>
      ${viewer ? html`<p class="lead">${person(viewer.person)} · ${viewer.email} · <a href="/settings/account">${_("Your account")}</a> · <a href="/settings/mail">${_("How mail comes")}</a></p>` : nothing}</header>
      ${viewer
        ? html`${this.acting.faults.length ? this.acting.shown() : nothing}${this.watches(viewer)}${this.sessions(viewer)}${this.tokens(viewer)}`
        : html`<p class="empty">${_("Sign in to see what you keep here.")} <a href=${signInAddress()} data-whole>${_("Sign in")}</a></p>`}
    </div>`;
  }

  watches({ watches }) {
    return html`<section aria-labelledby="watches"><h2 id="watches">${_("What you watch")}</h2>
      ${watches.nodes.length ? watches.nodes.map((watch) => this.watch(watch)) : html`<p class="empty">${_("Nothing yet. Press “Watch” on a skill's page.")}</p>`}</section>`;
  }

  watch(watch) {
    const subject = subjectOf(watch);
    const frequencies = [["IMMEDIATELY", _("A mail at once")], ["DAILY", _("One mail a day")], ["WEEKLY", _("One mail a week")], ["INBOX_ONLY", _("No mail")]];
    const choose = (event) => this.do("Watch", { subjectId: subject.id, frequency: event.target.value });
    return html`<div class="line"><a href=${subject.address}>${subject.name}</a>
      <label class="hidden" for=${watch.id}>${_("How you hear of %(name)s", { name: subject.name })}</label>
      <select id=${watch.id} @change=${choose}>${frequencies.map(([value, words]) => html`<option value=${value} ?selected=${value === watch.frequency}>${words}</option>`)}</select>
      <fieldset><legend class="hidden">${_("What you hear of %(name)s", { name: subject.name })}</legend>${this.events(watch, subject)}</fieldset>
      <button type="button" class="plain" @click=${() => this.do("Unwatch", { subjectId: subject.id })}>${_("Watch no longer")}</button></div>`;
  }

  events(watch, subject) {
    const words = [["PROPOSED", _("Proposals")], ["COMMENTED", _("Comments")], ["DECIDED", _("Decisions")], ["APPLIED", _("Changes")]];
    return words.map(([event, each]) => {
      const toggle = ({ target }) =>
        this.do("Watch", { subjectId: subject.id, events: target.checked ? [...watch.events, event] : watch.events.filter((one) => one !== event) });
      return html`<label class="check"><input type="checkbox" .checked=${watch.events.includes(event)} @change=${toggle}> ${each}</label>`;
    });
  }

  sessions({ sessions }) {
    return html`<section aria-labelledby="sessions"><h2 id="sessions">${_("Browsers that are signed in")}</h2>
      ${sessions.map((session) => html`<div class="line"><span>${session.browser || _("An unnamed browser")} <span class="quiet">${_("last seen %(when)s", { when: moment(session.lastSeenAt) })}</span></span>
        ${session.isCurrent
          ? html`<span class="badge">${_("this one")}</span>`
          : html`<button type="button" class="plain" @click=${() => this.do("EndSessions", { sessionId: session.id })}>${_("Sign it out")}</button>`}</div>`)}
      ${sessions.length > 1 ? html`<p><button type="button" class="button" @click=${() => this.do("EndSessions", {})}>${_("Sign all others out")}</button></p>` : nothing}</section>`;
  }

  tokens({ tokens }) {
    return html`<section aria-labelledby="tokens"><h2 id="tokens">${_("Tokens of programs")}</h2>
      ${this.secret ? html`<p>${_("Keep this now; it is not shown again:")}</p><code class="secret">${this.secret}</code>` : nothing}
      ${tokens.map((token) => html`<div class="line"><span>${token.name} <span class="quiet">${token.scopes.join(", ")} · ${day(token.createdAt)}</span></span>
        <button type="button" class="plain" @click=${() => this.do("RevokeToken", { tokenId: token.id })}>${_("Revoke")}</button></div>`)}
      <form class="chooser" @submit=${(event) => this.make(event)}>
        <label>${_("Name of a new token")} <input name="name" required maxlength="100"></label>
        <label>${_("It may")} <select name="scope"><option value="READ">${_("read")}</option><option value="PROPOSE">${_("read and propose")}</option></select></label>
        <button class="button" ?disabled=${this.acting.isBusy}>${_("Make a token")}</button>
      </form></section>`;
  }

  async make(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const done = await this.do("CreateToken", { name: form.get("name"), scopes: [...new Set(["READ", form.get("scope")])] });
    if (!done) return;
    this.secret = done.secret;
    event.target.reset();
    this.requestUpdate();
  }

  async do(operation, input) {
    const done = await this.acting.do(operation, input);
    if (done) await this.again();
    return done;
  }
}

/** What a watch is about: its id, its name and where it stands. */
function subjectOf({ skill, group, domain, role, proposal }) {
  if (skill) return { ...skill, address: `/skills/${skill.slug}` };
  if (role) return { ...role, address: `/roles/${role.slug}` };
  if (group) return { ...group, address: `/?group=${group.slug}` };
  if (domain) return { ...domain, address: `/?domain=${domain.slug}` };
  return { ...proposal, name: `#${proposal.number} ${proposal.title}`, address: `/proposals/${proposal.number}` };
}
