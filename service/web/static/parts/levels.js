// A skill's levels: what to cover next and what of it is ticked, and the table of levels and roles. What is chosen and
// which row is open stands in the address. One module, since the first view counts its requests.
import { html, nothing } from "../vendor/lit.js";
import {
  address, all, change, counted, expectationsOf, necessity, options, proficiency, proposalsOf, prose, requirementAt, rolesOf,
} from "../pieces.js";
import { _, number } from "../words.js";
import { Acting } from "./acting.js";

/** Where the reader stands, and each step from there. */
export function next(skill, advancing, viewer, { place, planning }) {
  const ladder = skill.group.domain.framework.levels;
  const roles = rolesOf(skill);
  const choice = choiceOf(place.query, viewer);
  const choose = (event) => planning.choose(event.target, viewer, roles, ladder);
  return html`<section class="next" aria-labelledby="next">
    <h2 id="next">${_("What to cover next")}</h2>
    <form method="get" class="chooser" @submit=${choose}>
      <label>${_("Role")} <select name="role">${options(roles, choice.role, _("Choose a role"))}</select></label>
      <label>${_("Your level")} <select name="from">${options(ladder, choice.from, _("None yet"))}</select></label>
      <label>${_("Aim for")} <select name="to">${options(ladder, choice.to, _("The next level"))}</select></label>
      <button class="button">${_("Show")}</button>
    </form>
    ${advancing
      ? way(skill, advancing.advance, requirementAt(skill, choice.role, choice.from), planning)
      : html`<p class="empty">${_("Choose your role and level to see what to cover to reach the next one.")}${lastTime(viewer)}</p>`}
    ${planning.acting.faults.length ? planning.acting.shown() : nothing}
  </section>`;
}

/** What was chosen in this browser before, to go on with; the page must not move by itself. */
function lastTime(viewer) {
  const { role, from, to } = viewer ? {} : keptPlan();
  return role ? html` <a href=${address("", { role, from, to })}>${_("Go on as last time")}</a>` : nothing;
}

function way(skill, { state, steps }, here, planning) {
  const box = ({ level, row }, text, words) =>
    planning.box({ skillId: skill.id, roleId: row.role.id, levelId: level.id }, row, text, words);
  return html`${state === "TOP"
      ? html`<p class="notice">${_("This is the top of the ladder: there is no level above it.")}</p>`
      : state === "NOT_YET"
        ? html`<p class="notice">${_("You begin below the first level: everything that it asks is new.")}</p>`
        : nothing}
    <ol class="steps">
      ${here
        ? html`<li class="here"><h3>${here.level.name} <span class="quiet">${_("you are here")}</span></h3>
            <ul class="expectations">${expectationsOf(here.row.description).map((text) => html`<li>${box(here, text)}</li>`)}</ul></li>`
        : nothing}
      ${steps.map(
        ({ role, level, requirement, expectations }, index) => html`<li>
          <h3>${level.name} ${index ? nothing : html`<span class="quiet">${_("next")}</span>`} ${requirement ? necessity(requirement.necessity) : nothing}</h3>
          ${expectations.length
            ? html`<ul class="expectations">${expectations.map((one) => html`<li>${box(requirementAt(skill, role.slug, level.slug), one.text, expectation(one))}</li>`)}</ul>`
            : html`<p class="empty">${_("The role asks nothing of this skill at this level.")}</p>`}
        </li>`,
      )}
    </ol>`;
}

const expectation = (one) => html`${change(one.change)} ${one.text}${one.change === "RAISED"
  ? html` <span class="quiet">${_("before: %(text)s", { text: one.before })}</span>`
  : nothing}`;

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
  const place = { skillId: skill.id, roleId: row.role.id, levelId: level.id };
  return html`<tr class=${marks.fresh.has(row.id) ? "row changed" : "row"} id=${key} data-row=${row.id} @pointerleave=${release}>
      <th scope="row"><a class="opens" href="${toggled}#${key}" aria-expanded=${isOpen}>${row.role.name}</a></th>
      <td>${necessity(shown.necessity)} ${proficiency(shown.proficiency)}</td>
      <td class="prose">${prose(shown.description)}${marks.planning.hasChanged(place, row) ? html`<p class="pending">${changedSince()}</p>` : nothing}${shown === row
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

/** The role, the level reached and the level to reach: of the address, or else of the account's plan. */
export function choiceOf(query, viewer) {
  const plan = viewer?.plan;
  if (query.get("role") || !plan) return Object.fromEntries(["role", "from", "to"].map((name) => [name, query.get(name) || null]));
  return { role: plan.role.slug, from: plan.level?.slug ?? null, to: plan.goal?.slug ?? null };
}

/** The levels above the one reached up to the one to reach, by default the next one alone. */
export function levelsBetween(ladder, { from, to }) {
  const slugs = ladder.map((level) => level.slug);
  const begin = slugs.indexOf(from) + 1;
  return ladder.slice(begin, slugs.includes(to) ? slugs.indexOf(to) + 1 : begin + 1);
}

/** What of a plan a view shows and does. */
export class Planning {
  constructor(view) {
    this.view = view;
    this.acting = new Acting(view);
    this.last = Promise.resolve();
  }

  /** What a chooser's form says is kept from now on. `roles` and `levels` are those that it offers. */
  choose(form, viewer, roles, levels) {
    const { role, from, to } = Object.fromEntries(new FormData(form));
    if (!role) return;
    const idOf = (items, slug) => items.find((item) => item.slug === slug)?.id ?? null;
    const ids = { roleId: idOf(roles, role), levelId: idOf(levels, from), goalId: idOf(levels, to) };
    if (viewer) this.do("SetPlan", ids);
    else keepPlan({ ...keptPlan(), role, from, to, ids });
  }

  /** A plan that was made without signing in goes into the account of whoever is signed in now. */
  async bringOver(viewer) {
    if (!viewer || this.isOver || !Object.keys(keptPlan()).length) return;
    this.isOver = true;
    await (await import("./merging.js")).merge();
  }

  /** What is ticked in a requirement, each with whether the requirement has changed since. */
  ticks(place, row) {
    const { ticks = [] } = row.viewerTicks ? {} : keptPlan();
    const here = ticks.filter((tick) => isAt(place, tick));
    return row.viewerTicks ?? here.map((tick) => ({ text: tick.text, isChangedSince: tick.revision < row.revision }));
  }

  hasChanged(place, row) {
    return this.ticks(place, row).some((tick) => tick.isChangedSince);
  }

  /** An expectation with a box to tick. */
  box(place, row, text, words = text) {
    const set = ({ target }) => this.set(place, row, text, target);
    return html`<label class="tick"><input type="checkbox" .checked=${this.ticks(place, row).some((tick) => tick.text === text)} @change=${set}> <span>${words}</span></label>`;
  }

  async set(place, row, text, box) {
    if (row.viewerTicks) {
      const done = await this.do(box.checked ? "TickExpectations" : "UntickExpectations", { expectations: [{ ...place, text }] });
      if (!done) box.checked = !box.checked;
      return;
    }
    const { ticks = [], ...plan } = keptPlan();
    const others = ticks.filter((tick) => !isAt(place, tick) || tick.text !== text);
    keepPlan({ ...plan, ticks: box.checked ? [...others, { ...place, text, revision: row.revision }] : others });
    this.view.requestUpdate();
  }

  /** One act after the other, so that no tick is lost to the one before it. */
  do(operation, input) {
    this.last = this.last.then(() => this.acting.do(operation, input));
    return this.last;
  }
}

export const changedSince = () => html`<span class="badge raised">${_("Changed since you ticked it")}</span>`;

const isAt = (place, tick) => ["skillId", "roleId", "levelId"].every((name) => place[name] === tick[name]);

/** Where a plan is kept while nobody is signed in: `role`, `from` and `to` by slugs, `ids` for `setPlan`, and `ticks` as
 *  `tickExpectations` takes them. */
const PLAN = "plan";

/** The plan of this browser; an empty object where there is none, or where nothing can be kept. */
export function keptPlan() {
  try {
    return JSON.parse(localStorage.getItem(PLAN)) ?? {};
  } catch {
    return {}; // storage is forbidden, or holds what nobody here has written
  }
}

/** Keep it; null forgets it. */
export function keepPlan(plan) {
  try {
    if (plan) localStorage.setItem(PLAN, JSON.stringify(plan));
    else localStorage.removeItem(PLAN);
  } catch {
    // Storage is full or forbidden: the plan lives as long as the page.
  }
}
