// All roles with their totals.
import { html, nothing } from "../vendor/lit.js";
import { counted } from "../pieces.js";
import { View } from "../view.js";
import { _, number } from "../words.js";

export default class Roles extends View {
  title() {
    return _("Roles");
  }

  body({ frameworks }) {
    return html`<div class="view roles">
      <header class="title">
        <h1>${_("Roles")}</h1>
        <p class="lead">${_("Each kind of work, with all the skills that it asks for.")}</p>
      </header>
      ${frameworks.length ? frameworks.map(roles) : html`<p class="empty">${_("No roles yet.")}</p>`}
    </div>`;
  }
}

const roles = (framework, index) => html`<section aria-labelledby="framework-${index + 1}">
  <h2 id="framework-${index + 1}">${framework.name}</h2>
  <ul class="results">${framework.roles.map((role) => html`<li><article>
    ${role.family ? html`<p class="quiet">${role.family}</p>` : nothing}
    <h3><a href="/roles/${role.slug}">${role.name}</a></h3>
    <p class="quiet">${counted.skills(role.skillCount)} · ${_("%(n)s required", { n: number(role.mandatoryRequirementCount) })} · ${_("%(n)s optional", { n: number(role.optionalRequirementCount) })}</p>
  </article></li>`)}</ul>
</section>`;
