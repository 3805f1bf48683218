// Everybody who has an account: their roles, and whether they are suspended.
import { html, nothing } from "../vendor/lit.js";
import { address, more, roleWord } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { moderators } from "../parts/moderators.js";
import { forReason } from "../parts/order.js";
import { View } from "../view.js";
import { _, ngettext } from "../words.js";

const ROLES = ["READER", "CONTRIBUTOR", "REVIEWER", "MAINTAINER", "ADMIN"];

export default class People extends View {
  acting = new Acting(this);

  title() {
    return _("People");
  }

  body({ viewer, moderation, domains }, query) {
    return html`<div class="view people">${moderators("/moderation/people", this.title(), viewer, () => this.list(viewer, moderation.people, domains, query))}</div>`;
  }

  list(viewer, { nodes, totalCount, pageInfo }, domains, query) {
    return html`<form method="get" action="/moderation/people" class="chooser">
        <label>${_("Name")} <input type="search" name="name" maxlength="100" .value=${query.get("name") ?? ""}></label>
        <button class="button">${_("Search")}</button>
      </form>
      ${this.acting.faults.length ? this.acting.shown() : nothing}
      <p class="count" role="status">${ngettext("%(n)s person", "%(n)s people", totalCount)}</p>
      <ul>${nodes.map((one) => this.person(one, viewer, domains))}</ul>${more(pageInfo, "/moderation/people", query)}`;
  }

  person(one, viewer, domains) {
    const given = viewer.role === "ADMIN" ? ROLES : ROLES.slice(0, 3);
    return html`<li class="line"><span><strong><a href="/people/${one.id}">${one.name}</a></strong> <span class="badge depth">${roleWord(one.role)}</span>
        ${one.isSuspended ? html`<span class="badge declined">${_("Suspended")}</span>` : nothing}
        ${one.reviewDomains.length ? html`<span class="quiet">${one.reviewDomains.map(({ name }) => name).join(", ")}</span>` : nothing}</span>
      <a href=${address("/moderation/told", { person: one.id })}>${_("What they were told")}</a>
      ${given.includes(one.role) ? html`${this.role(one, given, domains)}${this.suspension(one, viewer)}` : nothing}</li>`;
  }

  role(one, given, domains) {
    const limits = new Set(one.reviewDomains.map(({ id }) => id));
    const set = (reason, form) => {
      const said = new FormData(form);
      return this.do("SetRole", { personId: one.id, role: said.get("role"), domainIds: said.getAll("domain"), reason });
    };
    return forReason(
      _("Role …"),
      _("Give this role"),
      set,
      html`<label>${_("Role of %(name)s", { name: one.name })} <select name="role">${given.map((role) => html`<option value=${role} ?selected=${role === one.role}>${roleWord(role)}</option>`)}</select></label>
        <fieldset><legend>${_("A reviewer's domains; all where none is chosen")}</legend>${domains.map(
          ({ id, name }) => html`<label class="check"><input type="checkbox" name="domain" value=${id} ?checked=${limits.has(id)}> ${name}</label>`,
        )}</fieldset>`,
    );
  }

  suspension(one, viewer) {
    if (one.id === viewer.person.id) return nothing;
    const act = (operation) => (reason) => this.do(operation, { personId: one.id, reason });
    return one.isSuspended
      ? forReason(_("End the suspension …"), _("End it"), act("ResumePerson"))
      : forReason(_("Suspend …"), _("Suspend them"), act("SuspendPerson"));
  }

  async do(operation, input) {
    const done = await this.acting.do(operation, input);
    if (done) await this.again();
    return done;
  }
}
