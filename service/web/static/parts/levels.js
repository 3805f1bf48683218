// A skill's levels: what to cover next, the table of levels and roles, and roles side by side. What is chosen and which
// row is open stands in the address.
import { html, nothing } from "../vendor/lit.js";
import {
  address, all, change, counted, expectationsOf, necessity, options, proficiency, proposalsOf, prose, requirementAt, rolesOf,
} from "../pieces.js";
import { _, number } from "../words.js";

const COMPARED_MOST = 4;

/** Where the reader stands, and each step from there. */
export function next(skill, advancing, query) {
  const ladder = skill.group.domain.framework.levels;
  return html`<section class="next" aria-labelledby="next">
    <h2 id="next">${_("What to cover next")}</h2>
    <form method="get" class="chooser">
      <label>${_("Role")} <select name="role">${options(rolesOf(skill), query.get("role"), _("Choose a role"))}</select></label>
      <label>${_("Your level")} <select name="from">${options(ladder, query.get("from"), _("None yet"))}</select></label>
      <label>${_("Aim for")} <select name="to">${options(ladder, query.get("to"), _("The next level"))}</select></label>
      <button class="button">${_("Show")}</button>
    </form>
    ${advancing
      ? way(advancing.advance, requirementAt(skill, query.get("role"), query.get("from")))
      : html`<p class="empty">${_("Choose your role and level to see what to cover to reach the next one.")}</p>`}
  </section>`;
}

function way({ state, steps }, here) {
  return html`${state === "TOP"
      ? html`<p class="notice">${_("This is the top of the ladder: there is no level above it.")}</p>`
      : state === "NOT_YET"
        ? html`<p class="notice">${_("You begin below the first level: everything that it asks is new.")}</p>`
        : nothing}
    <ol class="steps">
      ${here
        ? html`<li class="here"><h3>${here.level.name} <span class="quiet">${_("you are here")}</span></h3>
            <ul class="expectations">${expectationsOf(here.row.description).map((text) => html`<li>${text}</li>`)}</ul></li>`
        : nothing}
      ${steps.map(
        ({ level, requirement, expectations }, index) => html`<li>
          <h3>${level.name} ${index ? nothing : html`<span class="quiet">${_("next")}</span>`} ${requirement ? necessity(requirement.necessity) : nothing}</h3>
          ${expectations.length
            ? html`<ul class="expectations">${expectations.map(expectation)}</ul>`
            : html`<p class="empty">${_("The role asks nothing of this skill at this level.")}</p>`}
        </li>`,
      )}
    </ol>`;
}

const expectation = (one) => html`<li>${change(one.change)} ${one.text}${one.change === "RAISED"
  ? html` <span class="quiet">${_("before: %(text)s", { text: one.before })}</span>`
  : nothing}</li>`;

/** The table of levels and roles, and the same at a glance. */
export function expected(skill, query, marks) {
  const { levels } = skill;
  return html`<section class="expected" aria-labelledby="expected">
    <h2 id="expected">${_("What is expected at each level")}</h2>
    ${levels.length
      ? html`<p class="quiet">${_("The table shows how the skill grows from %(first)s to %(last)s. Open a row for its address, its history and its proposals.", { first: levels[0].level.name, last: levels.at(-1).level.name })}</p>
          <table class="rows">
            <thead><tr><th scope="col">${_("Role")}</th><th scope="col">${_("Required")}</th><th scope="col">${_("Description")}</th></tr></thead>
            ${levels.map((step) => html`<tbody>
              <tr class="level"><th scope="rowgroup" colspan="3">${step.level.name}</th></tr>
              ${step.requirements.map((row) => line(skill, step.level, row, query, marks))}
            </tbody>`)}
          </table>
          ${glance(skill)}`
      : html`<p class="empty">${_("No role asks anything of this skill yet.")}</p>`}
  </section>`;
}

function line(skill, level, row, query, marks) {
  const key = `${level.slug}.${row.role.slug}`;
  const isOpen = query.get("row") === key;
  const proposed = proposalsOf(skill, level, row.role);
  const toggled = address("", { ...all(query), row: isOpen ? null : key }) || `/skills/${skill.slug}`;
  const shown = marks.held.get(row.id) ?? row;
  const release = () => marks.release(row);
  return html`<tr class=${marks.fresh.has(row.id) ? "row changed" : "row"} id=${key} data-row=${row.id} @pointerleave=${release}>
      <th scope="row"><a class="opens" href="${toggled}#${key}" aria-expanded=${isOpen}>${row.role.name}</a></th>
      <td>${necessity(shown.necessity)} ${proficiency(shown.proficiency)}</td>
      <td class="prose">${prose(shown.description)}${shown === row
        ? nothing
        : html`<p class="pending"><button type="button" class="button" @click=${release}>${_("Changed just now: show the new text")}</button></p>`}${proposed.length
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
  <div class="scrolls" tabindex="0" role="group" aria-labelledby="picture">
    <table class="heat">
      <caption>${_("How many expectations each role has at each level")}</caption>
      <thead><tr><td></td>${skill.levels.map(({ level }) => html`<th scope="col">${level.name}</th>`)}</tr></thead>
      <tbody>${rolesOf(skill).map((role) => html`<tr>
        <th scope="row">${role.name}</th>
        ${skill.levels.map(({ level }) => heat(requirementAt(skill, role.slug, level.slug), `${level.slug}.${role.slug}`))}
      </tr>`)}</tbody>
    </table>
  </div>`;

function heat(found, key) {
  const count = found ? expectationsOf(found.row.description).length : 0;
  return html`<td data-heat=${Math.min(count, 5)}>${found ? html`<a href="#${key}">${number(count)}</a>` : "0"}</td>`;
}

/** Two to four roles: what they share at a level, and what only one of them asks. */
export function compare(skill, query) {
  const roles = rolesOf(skill);
  const wanted = query.getAll("compare");
  const chosen = roles.filter((role) => wanted.includes(role.slug)).slice(0, COMPARED_MOST);
  return html`<section class="compare" aria-labelledby="compare">
    <h2 id="compare">${_("Compare roles")}</h2>
    <form method="get" class="chooser">
      <fieldset><legend>${_("Two to four roles")}</legend>
        ${roles.map((role) => html`<label class="check"><input type="checkbox" name="compare" value=${role.slug} .checked=${chosen.includes(role)} ?disabled=${chosen.length >= COMPARED_MOST && !chosen.includes(role)}> ${role.name}</label>`)}
      </fieldset>
      <button class="button">${_("Compare")}</button>
    </form>
    ${chosen.length > 1
      ? html`<div class="scrolls" tabindex="0" role="group" aria-labelledby="compare">
          <table class="sides">
            <thead><tr><th scope="col">${_("Level")}</th>${chosen.map((role) => html`<th scope="col">${role.name}</th>`)}</tr></thead>
            <tbody>${skill.levels.map((step) => html`<tr><th scope="row">${step.level.name}</th>${sideBySide(step, chosen).map(cell)}</tr>`)}</tbody>
          </table>
        </div>`
      : nothing}
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
