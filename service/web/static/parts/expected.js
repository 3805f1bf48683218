// The table of levels and roles, and the same at a glance. Which row is open stands in the address.
import { html, nothing } from "../vendor/lit.js";
import { address, all, counted, expectationsOf, necessity, proficiency, proposalsOf, prose, requirementAt, rolesOf } from "../pieces.js";
import { _, number } from "../words.js";

export function expected(skill, query) {
  const { levels } = skill;
  return html`<section class="expected" aria-labelledby="expected">
    <h2 id="expected">${_("What is expected at each level")}</h2>
    ${levels.length
      ? html`<p class="quiet">${_("The table shows how the skill grows from %(first)s to %(last)s. Open a row for its address, its history and its proposals.", { first: levels[0].level.name, last: levels.at(-1).level.name })}</p>
          <table class="rows">
            <thead><tr><th scope="col">${_("Role")}</th><th scope="col">${_("Required")}</th><th scope="col">${_("Description")}</th></tr></thead>
            ${levels.map((step) => html`<tbody>
              <tr class="level"><th scope="rowgroup" colspan="3">${step.level.name}</th></tr>
              ${step.requirements.map((row) => line(skill, step.level, row, query))}
            </tbody>`)}
          </table>
          ${glance(skill)}`
      : html`<p class="empty">${_("No role asks anything of this skill yet.")}</p>`}
  </section>`;
}

function line(skill, level, row, query) {
  const key = `${level.slug}.${row.role.slug}`;
  const isOpen = query.get("row") === key;
  const proposed = proposalsOf(skill, level, row.role);
  const toggled = address("", { ...all(query), row: isOpen ? null : key }) || `/skills/${skill.slug}`;
  return html`<tr class="row" id=${key}>
      <th scope="row"><a class="opens" href="${toggled}#${key}" aria-expanded=${isOpen}>${row.role.name}</a></th>
      <td>${necessity(row.necessity)} ${proficiency(row.proficiency)}</td>
      <td class="prose">${prose(row.description)}${proposed.length
        ? html`<p class="pending"><a href="/proposals/${proposed[0].number}">${counted.open(proposed.length)}</a></p>`
        : nothing}</td>
    </tr>
    ${isOpen ? opened(skill, row, key) : nothing}`;
}

const opened = (skill, row, key) => html`<tr class="opened"><td colspan="3"><p>
  ${_("Last changed in revision %(n)s.", { n: number(row.revision) })}
  <a href="/skills/${skill.slug}/suggest?row=${key}">${_("Suggest a change of this row")}</a>
  <a href="/skills/${skill.slug}/history">${_("History")}</a>
  <a href="/roles/${row.role.slug}">${_("All that the role asks")}</a>
  <a href="#${key}">${_("Link to this row")}</a>
</p></td></tr>`;

const glance = (skill) => html`<h3 id="picture">${_("At a glance")}</h3>
  <div class="scrolls" tabindex="0" role="region" aria-labelledby="picture">
    <table class="heat">
      <caption>${_("How many expectations each role has at each level")}</caption>
      <thead><tr><td></td>${skill.levels.map(({ level }) => html`<th scope="col">${level.name}</th>`)}</tr></thead>
      <tbody>${rolesOf(skill).map((role) => html`<tr>
        <th scope="row">${role.name}</th>
        ${skill.levels.map(({ level }) => cell(requirementAt(skill, role.slug, level.slug), `${level.slug}.${role.slug}`))}
      </tr>`)}</tbody>
    </table>
  </div>`;

function cell(found, key) {
  const count = found ? expectationsOf(found.row.description).length : 0;
  return html`<td data-heat=${Math.min(count, 5)}>${found ? html`<a href="#${key}">${number(count)}</a>` : "0"}</td>`;
}
