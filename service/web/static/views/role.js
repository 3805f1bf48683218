// A role: its skills and levels as a matrix, with the totals.
import { html } from "../vendor/lit.js";
import { address, breadcrumb, more, necessity } from "../pieces.js";
import { View } from "../view.js";
import { _, number } from "../words.js";

export default class Role extends View {
  title({ role }) {
    return role.name;
  }

  body({ role }, query) {
    return html`<div class="view role">
      ${breadcrumb(html`<a href="/roles">${_("Roles")}</a>`, ...(role.family ? [role.family] : []))}
      <header class="title"><h1>${role.name}</h1></header>
      <dl class="cards">
        <div><dt>${_("Skills")}</dt><dd>${number(role.skillCount)}</dd><dd class="quiet">${_("that the role asks for")}</dd></div>
        <div><dt>${_("Required")}</dt><dd>${number(role.mandatoryRequirementCount)}</dd><dd class="quiet">${_("over all levels")}</dd></div>
        <div><dt>${_("Optional")}</dt><dd>${number(role.optionalRequirementCount)}</dd><dd class="quiet">${_("over all levels")}</dd></div>
      </dl>
      <section aria-labelledby="matrix">
        <h2 id="matrix">${_("Skills and levels")}</h2>
        ${role.skills.nodes.length
          ? html`<div class="scrolls" tabindex="0" role="group" aria-labelledby="matrix">${matrix(role)}</div>
              ${more(role.skills.pageInfo, `/roles/${role.slug}`, query)}`
          : html`<p class="empty">${_("The role asks for no skill yet.")}</p>`}
      </section>
    </div>`;
  }
}

function matrix(role) {
  const { levels } = role.framework;
  const total = (level, name) => number(role.levels.find((each) => each.level.slug === level.slug)?.[name] ?? 0);
  return html`<table class="matrix">
    <thead><tr><th scope="col">${_("Skill")}</th>${levels.map((level) => html`<th scope="col">${level.name}</th>`)}</tr></thead>
    <tbody>${role.skills.nodes.map((line) => html`<tr>
      <th scope="row"><a href=${address(`/skills/${line.skill.slug}`, { role: role.slug })}>${line.skill.name}</a></th>
      ${levels.map((level) => html`<td>${cell(line, level, role)}</td>`)}
    </tr>`)}</tbody>
    <tfoot>
      <tr><th scope="row">${_("Required")}</th>${levels.map((level) => html`<td>${total(level, "mandatoryRequirementCount")}</td>`)}</tr>
      <tr><th scope="row">${_("Optional")}</th>${levels.map((level) => html`<td>${total(level, "optionalRequirementCount")}</td>`)}</tr>
    </tfoot>
  </table>`;
}

function cell({ skill, requirements }, level, role) {
  const row = requirements.find((each) => each.level.slug === level.slug);
  if (!row) return html`<span class="quiet">–</span>`;
  return html`<a href="/skills/${skill.slug}#${level.slug}.${role.slug}">${necessity(row.necessity)}</a>`;
}
