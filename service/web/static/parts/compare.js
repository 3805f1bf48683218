// Two to four roles side by side: what they share at a level, and what only one of them asks.
import { html } from "../vendor/lit.js";
import { expectationsOf, rolesOf } from "../pieces.js";
import { _ } from "../words.js";

const MOST = 4;

export function compare(skill, query) {
  const roles = rolesOf(skill);
  const wanted = query.getAll("compare");
  const chosen = roles.filter((role) => wanted.includes(role.slug)).slice(0, MOST);
  return html`<section class="compare" aria-labelledby="compare">
    <h2 id="compare">${_("Compare roles")}</h2>
    <form method="get" class="chooser">
      <fieldset><legend>${_("Two to four roles")}</legend>
        ${roles.map((role) => html`<label class="check"><input type="checkbox" name="compare" value=${role.slug} .checked=${chosen.includes(role)} ?disabled=${chosen.length >= MOST && !chosen.includes(role)}> ${role.name}</label>`)}
      </fieldset>
      <button class="button">${_("Compare")}</button>
    </form>
    ${chosen.length > 1
      ? html`<div class="scrolls" tabindex="0" role="region" aria-labelledby="compare">
          <table class="sides">
            <thead><tr><th scope="col">${_("Level")}</th>${chosen.map((role) => html`<th scope="col">${role.name}</th>`)}</tr></thead>
            <tbody>${skill.levels.map((step) => html`<tr><th scope="row">${step.level.name}</th>${sideBySide(step, chosen).map(cell)}</tr>`)}</tbody>
          </table>
        </div>`
      : ""}
  </section>`;
}

function sideBySide(step, roles) {
  const columns = roles.map((role) => {
    const row = step.requirements.find((each) => each.role.slug === role.slug);
    return row ? expectationsOf(row.description) : [];
  });
  return columns.map((column) =>
    column.map((text) => ({ text, isShared: columns.filter((other) => other.includes(text)).length > 1 })),
  );
}

const cell = (found) => html`<td>${found.length
  ? html`<ul class="expectations">${found.map(({ text, isShared }) => html`<li>
      <span class="badge ${isShared ? "same" : "only"}">${isShared ? _("Same") : _("Only here")}</span> ${text}</li>`)}</ul>`
  : html`<span class="quiet">${_("Nothing asked")}</span>`}</td>`;
