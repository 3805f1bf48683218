// What to cover next: where the reader stands, and each step from there. The choice lives in the address.
import { html, nothing } from "../vendor/lit.js";
import { change, expectationsOf, necessity, options, requirementAt, rolesOf } from "../pieces.js";
import { _ } from "../words.js";

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
