// The reader's own plan: a role, a level to reach, and every expectation on the way there, to be ticked.
import { html, nothing } from "../vendor/lit.js";
import { expectationsOf, more, options, signInAddress } from "../pieces.js";
import { changedSince, choiceOf, keptPlan, levelsBetween, Planning } from "../parts/levels.js";
import { View } from "../view.js";
import { _, number } from "../words.js";

export default class Plan extends View {
  planning = new Planning(this);

  title() {
    return _("Your plan");
  }

  /** Of the address, else of the account, else of this browser. */
  get planned() {
    const { query } = this.place;
    const viewer = this.data?.viewer;
    if (query.get("role") || viewer) return choiceOf(query, viewer);
    const { role = null, from = null, to = null } = keptPlan();
    return { role, from, to };
  }

  body({ viewer, roles, levels, planned }, query) {
    const choice = this.planned;
    const ladder = planned?.framework.levels ?? levels;
    const on = levelsBetween(ladder, choice);
    const choose = (event) => this.planning.choose(event.target, viewer, roles, ladder);
    return html`<div class="view plan">
      <header class="title"><h1>${_("Your plan")}</h1>
        <p class="lead">${_("Choose a role and the level that you want to reach, and tick what you cover. Nobody else sees it.")}</p></header>
      <form method="get" class="chooser" @submit=${choose}>
        <label>${_("Role")} <select name="role">${options(roles, choice.role, _("Choose a role"))}</select></label>
        <label>${_("Your level")} <select name="from">${options(ladder, choice.from, _("None yet"))}</select></label>
        <label>${_("Aim for")} <select name="to">${options(ladder, choice.to, _("The next level"))}</select></label>
        <button class="button">${_("Show")}</button>
      </form>
      ${this.planning.acting.faults.length ? this.planning.acting.shown() : nothing}
      ${viewer ? changes(viewer, this) : html`<p class="notice">${_("Your plan is kept in this browser.")} <a href=${signInAddress()} data-whole>${_("Sign in to keep it in your account.")}</a></p>`}
      ${planned && on.length ? this.progress(planned, on, query) : html`<p class="empty">${planned ? _("This is the top of the ladder: there is no level above it.") : _("No role is chosen yet.")}</p>`}
    </div>`;
  }

  updated() {
    this.planning.bringOver(this.data?.viewer);
  }

  progress(planned, levels, query) {
    const lines = linesOf(planned, levels, this.planning);
    const totals = totalsOf(planned, lines);
    const heading = _("What %(role)s asks up to %(level)s", { role: planned.name, level: levels.at(-1).name });
    return html`<dl class="cards">
        <div><dt>${_("Expectations")}</dt><dd>${_("%(n)s of %(all)s", { n: number(totals.tickedCount), all: number(totals.expectationCount) })}</dd><dd class="quiet">${_("ticked")}</dd></div>
        <div><dt>${_("Skills")}</dt><dd>${_("%(n)s of %(all)s", { n: number(totals.coveredSkillCount), all: number(totals.skillCount) })}</dd><dd class="quiet">${_("covered")}</dd></div>
        <div><dt>${_("Changed")}</dt><dd>${number(totals.changedCount)}</dd><dd class="quiet">${_("since you ticked it")}</dd></div>
      </dl>
      <section aria-labelledby="skills"><h2 id="skills">${heading}</h2>
        ${lines.length ? lines.map((line) => this.line(planned, line)) : html`<p class="empty">${_("The role asks nothing there.")}</p>`}
        ${more(planned.skills.pageInfo, "/plan", query)}
      </section>`;
  }

  line(role, { skill, rows, asked, ticked }) {
    return html`<details class="planned"><summary><span>${skill.name}</span> <progress max=${asked} value=${ticked} aria-label=${_("Progress in %(name)s", { name: skill.name })}></progress> <span class="quiet">${_("%(n)s of %(all)s", { n: number(ticked), all: number(asked) })}</span></summary>
      ${rows.map((each) => this.row(role, skill, each))}
      <p><a href="/skills/${skill.slug}">${_("All about %(name)s", { name: skill.name })}</a></p></details>`;
  }

  row(role, skill, { row, texts, gone, isChanged }) {
    const place = { skillId: skill.id, roleId: role.id, levelId: row.level.id };
    return html`<h3>${row.level.name} ${isChanged ? changedSince() : nothing}</h3>
      <ul class="ticks">${texts.map((text) => html`<li>${this.planning.box(place, row, text)}</li>`)}${gone.map((text) => html`<li class="quiet">${_("Ticked, and no longer asked: %(text)s", { text })}</li>`)}</ul>`;
  }

  /** A tick of what has changed is renewed, or taken away. */
  async settle(operation, tick) {
    const place = { skillId: tick.skill.id, roleId: tick.role.id, levelId: tick.level.id };
    await this.planning.do(operation, { expectations: [{ ...place, text: tick.text }] });
    await this.again();
  }
}

const changes = ({ ticks }, view) =>
  ticks.totalCount
    ? html`<section aria-labelledby="changes"><h2 id="changes">${_("Changed since you ticked it")}</h2>
        <ul class="changes">${ticks.nodes.map((tick) => change(tick, view))}</ul></section>`
    : nothing;

function change(tick, view) {
  const stands = tick.requirement !== null && expectationsOf(tick.requirement.description).includes(tick.text);
  return html`<li class="line"><div><p>${tick.text}</p>
    <p class="quiet"><a href="/skills/${tick.skill.slug}#${tick.level.slug}.${tick.role.slug}">${tick.skill.name}</a> · ${tick.role.name} · ${tick.level.name} · ${stands ? _("still asked in these words") : _("no longer asked in these words")}</p></div>
    <p class="acts">${stands ? html`<button type="button" class="button" @click=${() => view.settle("TickExpectations", tick)}>${_("I still cover it")}</button>` : nothing}
      <button type="button" class="button" @click=${() => view.settle("UntickExpectations", tick)}>${_("Take the tick away")}</button></p></li>`;
}

/** The skills of which anything is asked at these levels, with what is ticked. */
function linesOf(planned, levels, planning) {
  const wanted = levels.map((level) => level.slug);
  return planned.skills.nodes
    .map(({ skill, requirements }) => {
      const rows = requirements
        .filter((row) => wanted.includes(row.level.slug))
        .map((row) => rowOf(row, planning.ticks({ skillId: skill.id, roleId: planned.id, levelId: row.level.id }, row)));
      const count = (of) => rows.reduce((sum, row) => sum + of(row), 0);
      return { skill, rows, asked: count((row) => row.texts.length), ticked: count((row) => row.ticked) };
    })
    .filter(({ rows }) => rows.length);
}

function rowOf(row, ticks) {
  const texts = [...new Set(expectationsOf(row.description))];
  const found = ticks.map((tick) => tick.text);
  return {
    row,
    texts,
    ticked: texts.filter((text) => found.includes(text)).length,
    gone: found.filter((text) => !texts.includes(text)),
    isChanged: ticks.some((tick) => tick.isChangedSince),
  };
}

/** The numbers above: the API's where somebody is signed in, else of the lines that are shown. */
function totalsOf(planned, lines) {
  const sum = (of) => lines.reduce((all, line) => all + of(line), 0);
  return planned.viewerProgress ?? {
    skillCount: lines.length,
    coveredSkillCount: lines.filter((line) => line.asked === line.ticked).length,
    expectationCount: sum((line) => line.asked),
    tickedCount: sum((line) => line.ticked),
    changedCount: sum((line) => line.rows.filter((row) => row.isChanged).length),
  };
}
