// A skill: its numbers, what to cover next, the table of levels and roles, the comparison of roles, its proposals.
import { html, nothing } from "../vendor/lit.js";
import { address, breadcrumb, comments, counted, day, expectationsOf, person, rolesOf, signInAddress, tell } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { choiceOf, expected, next, Planning } from "../parts/levels.js";
import { View } from "../view.js";
import { _, first, ngettext, number } from "../words.js";

const COMPARED_MOST = 4;

export default class Skill extends View {
  acting = new Acting(this);
  planning = new Planning(this);
  fresh = new Set(); // ids of rows that changed while the page was open
  held = new Map(); // what a changed row still shows, since it is being read

  /** Something has happened to the skill; the first update of a stream tells only where it stands. */
  happened({ skillChanged: { event, skill } }) {
    if (event || (skill && skill.revision !== this.data?.skill.revision)) this.again();
  }

  /** Take an answer in; a row that has changed is marked, and keeps its text while it is being read. */
  heard(name, key, result) {
    const before = this.data?.skill;
    super.heard(name, key, result);
    const now = this.data?.skill;
    if (!before || !now || before.revision >= now.revision) return;
    const old = new Map(rowsOf(before).map((row) => [row.id, row]));
    for (const row of rowsOf(now).filter((each) => old.get(each.id)?.revision !== each.revision)) {
      this.fresh.add(row.id);
      if (old.has(row.id) && isBeingRead(this.querySelector(`[data-row="${row.id}"]`))) this.held.set(row.id, old.get(row.id));
    }
    const by = now.lastUpdatedBy;
    tell(by ? _("%(name)s has changed this skill just now.", { name: by.name }) : _("This skill has been changed just now."));
  }

  release(row) {
    if (this.held.delete(row.id)) this.requestUpdate();
  }

  get planned() {
    return choiceOf(this.place.query, this.data?.viewer);
  }

  updated() {
    this.planning.bringOver(this.data?.viewer);
  }

  title({ skill }) {
    return skill.name;
  }

  body({ skill, advancing, viewer }, query) {
    const { group, revision } = skill;
    const { domain } = group;
    return html`<div class="view skill">
      ${breadcrumb(
        html`<a href=${address("/", { domain: domain.slug })}>${domain.name}</a>`,
        html`<a href=${address("/", { group: group.slug })}>${group.name}</a>`,
      )}
      <header class="title">
        <h1>${skill.name}</h1>
        ${notice(skill)}
        ${skill.summary ? html`<p class="lead">${skill.summary}</p>` : nothing}
        ${skill.keywords.length ? html`<ul class="keywords" aria-label=${_("Keywords")}>${skill.keywords.map((word) => html`<li>${word}</li>`)}</ul>` : nothing}
        <p class="acts">
          <a class="button strong" href="/skills/${skill.slug}/suggest">${_("Suggest a change")}</a>
          ${watching(skill, viewer, this.acting)}
        </p>
      </header>
      ${cards(skill)}
      ${next(skill, advancing, viewer, this)}
      ${expected(skill, query, this)}
      ${rolesOf(skill).length > 1 ? compare(skill, query) : nothing}
      ${proposals(skill)}
      ${comments(skill.id, viewer)}
      <p class="licence quiet">${[domain.framework.name, domain.framework.licence, domain.framework.attribution].filter(Boolean).join(" · ")}</p>
      <p class="printed">${first.site.url}/skills/${skill.slug} · ${counted.revision(revision)}</p>
    </div>`;
  }
}

const rowsOf = (skill) => skill.levels.flatMap((step) => step.requirements);

/** Whether the pointer, the keyboard or a selection is in an element. */
const isBeingRead = (element) =>
  element !== null &&
  (element.matches(":hover, :focus-within") || (!getSelection().isCollapsed && getSelection().containsNode(element, true)));

function notice({ status, replacedBy }) {
  if (status === "DRAFT") return html`<p class="notice">${_("A draft: it is still being written.")}</p>`;
  if (status !== "DEPRECATED") return nothing;
  return html`<p class="notice">${_("No longer in force.")}${replacedBy
    ? html` ${_("In its place:")} <a href="/skills/${replacedBy.slug}">${replacedBy.name}</a>`
    : nothing}</p>`;
}

function cards(skill) {
  const by = skill.lastUpdatedBy;
  const revision = by
    ? _("by %(name)s, revision %(n)s", { name: person(by), n: number(skill.revision) })
    : counted.revision(skill.revision);
  const optional = _("the other %(n)s optional", { n: number(skill.optionalRequirementCount) });
  return html`<dl class="cards">
    <div><dt>${_("Roles")}</dt><dd>${number(skill.roleCount)}</dd><dd class="quiet">${_("where this skill appears")}</dd></div>
    <div><dt>${_("Levels")}</dt><dd>${number(skill.levelCount)}</dd><dd class="quiet">${_("structured growth path")}</dd></div>
    <div><dt>${_("Mandatory requirements")}</dt><dd>${number(skill.mandatoryRequirementCount)}</dd><dd class="quiet">${optional}</dd></div>
    <div><dt>${_("Last updated")}</dt><dd class="date">${day(skill.lastUpdatedAt)}</dd><dd class="quiet">${revision}</dd></div>
  </dl>`;
}

/** Two to four roles: what they share at a level, and what only one of them asks. */
function compare(skill, query) {
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

const proposals = (skill) => html`<section class="proposals" aria-labelledby="proposals">
  <h2 id="proposals">${_("Proposals")}</h2>
  ${skill.proposals.nodes.length
    ? html`<ul class="list">${skill.proposals.nodes.map((one) => html`<li><a href="/proposals/${one.number}">${one.title}</a>
        <span class="quiet">#${one.number} · ${person(one.author)} · ${day(one.createdAt)}</span></li>`)}</ul>`
    : html`<p class="empty">${_("No proposals yet for %(name)s", { name: skill.name })}</p>`}
  <p><a href=${address("/proposals", { skill: skill.slug })}>${_("All proposals")}</a></p>
</section>`;

/** Watch the skill, or no longer. */
function watching(skill, viewer, acting) {
  const count = html`<span class="watch quiet">${ngettext("%(n)s person watches", "%(n)s people watch", skill.watcherCount)}</span>`;
  if (!viewer) return html`<a class="button" href=${signInAddress()} data-whole>${_("Watch")}</a> ${count}`;
  const isWatched = skill.viewerWatch !== null;
  const toggle = () => acting.do(isWatched ? "UnwatchSkill" : "WatchSkill", { skillId: skill.id });
  return html`<button type="button" class="button" aria-pressed=${isWatched} ?disabled=${acting.isBusy} @click=${toggle}>${isWatched ? _("Watching") : _("Watch")}</button> ${count}
    ${acting.faults.length ? acting.shown() : nothing}`;
}
