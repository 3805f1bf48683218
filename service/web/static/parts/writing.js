// The form in which a proposal is written, a new one or one's own that is open: what changes in one skill or in several,
// what that comes to, and why.
import { html, live, nothing } from "../vendor/lit.js";
import { day, field, may, proposalsOf, signInAddress, valueWord } from "../pieces.js";
import { _, ngettext, number } from "../words.js";
import { Acting } from "./acting.js";
import { additions, changesOf, SKILL, wishesOf } from "./draft.js";
import { difference } from "./difference.js";
import { fieldsAt } from "./fields.js";
import { withSkill } from "./finding.js";
import { Likeness } from "./likeness.js";
import { Preview } from "./preview.js";

/** What a view knows of what is being written. */
export class Writing {
  constructor(view) {
    this.view = view;
    this.acting = new Acting(view);
    this.preview = new Preview(view);
    this.likeness = new Likeness(view);
    this.draft = null;
    this.skills = []; // the first is what the page is about
    this.isTyping = false;
  }

  get changes() {
    return this.skills.flatMap((skill) => changesOf(skill, this.draft));
  }

  get wishes() {
    return wishesOf(this.skills, this.draft);
  }

  /**
   * The form. `send` sends it, which `words` say; `discard` throws the draft away; `own` is the number of a proposal that
   * is there already.
   */
  form(viewer, { send, words, own = null, discard }) {
    const { draft, acting, changes } = this;
    const isAllowed = may(viewer, "CONTRIBUTOR");
    const submit = (event) => {
      event.preventDefault();
      send();
    };
    const [skill, place] = this.target();
    return html`${this.skills.map((each) => this.behind(each))}${this.leftOut()}
      <form class="writing" @submit=${submit} @input=${(event) => this.write(event)} @change=${() => this.left()}>
        <label>${_("What to change")} <select name="target" .value=${live(draft.values.target)}>${this.targets()}</select></label>
        ${fieldsAt(skill, place, draft, this.likeness.shown())}
        <section aria-labelledby="changes"><h2 id="changes">${ngettext("%(n)s change", "%(n)s changes", changes.length)}</h2>
          ${changes.length ? changes.map((each) => this.changed(each)) : html`<p class="empty">${_("Nothing changes yet.")}</p>`}
        </section>
        ${changes.length && isAllowed
          ? html`<section aria-labelledby="effect" aria-live="polite"><h2 id="effect">${_("What it would come to")}</h2>${this.preview.shown(own)}</section>`
          : similar(changes)}
        <label>${_("Title: what it changes, in a line")} <input name="title" maxlength="200" required .value=${live(draft.values.title)}></label>
        <label>${_("Reason: why, for whoever decides")} <textarea name="reason" maxlength="5000" .value=${live(draft.values.reason)}></textarea></label>
        ${acting.shown((fault) => this.about(fault))}
        <p class="acts">
          ${viewer === null
            ? html`<a class="button strong" href=${signInAddress()} data-whole>${_("Sign in to send it")}</a>`
            : isAllowed
              ? html`<button class="button strong" ?disabled=${acting.isBusy || !changes.length}>${words}</button>`
              : html`<span class="notice">${_("Only contributors send suggestions; ask a maintainer to make you one.")}</span>`}
          <button type="button" class="button" @click=${discard}>${_("Throw the draft away")}</button>
        </p>
      </form>`;
  }

  /** Ask what it comes to, and who is called alike, unless somebody is in the middle of a word. */
  look(viewer) {
    if (!this.draft || this.isTyping) return;
    const [skill, place] = this.target();
    if (place === SKILL) this.likeness.look(skill, this.draft.value(skill, SKILL, "name"));
    if (!may(viewer, "CONTRIBUTOR")) return;
    const { wishes } = this;
    if (wishes.length) this.preview.of({ skills: wishes });
    else this.preview.clear();
  }

  /** The skill and the place that is being written. */
  target() {
    const [id, place] = this.draft.values.target.split(" ");
    return [this.skills.find((skill) => skill.id === id) ?? this.skills[0], place];
  }

  targets() {
    const { draft, skills } = this;
    const option = (skill, place, words) => {
      const value = `${skill.id} ${place}`;
      return html`<option value=${value} ?selected=${value === draft.values.target}>${words}</option>`;
    };
    return skills.map((skill) => {
      const added = new Map(changesOf(skill, draft).map(({ place, title }) => [place, title]));
      return html`<optgroup label=${skill.name}>${option(skill, SKILL, _("The skill itself"))}${skill.levels.map((step) =>
          step.requirements.map((row) => option(skill, `${step.level.slug}.${row.role.slug}`, `${row.role.name}, ${step.level.name}`)),
        )}${additions(draft.part(skill).edits).map((place) => option(skill, place, _("New: %(what)s", { what: added.get(place) ?? "…" })))}${option(
          skill,
          draft.nextAddition(skill),
          _("Add a requirement"),
        )}</optgroup>`;
    });
  }

  write({ target: input }) {
    const value = input.type === "checkbox" ? (input.checked ? input.value : "") : input.value;
    if ("edit" in input.dataset) {
      const [skill, place] = this.target();
      this.draft.edit(skill, place, input.name, value);
    } else this.draft.set(input.name, value);
    this.isTyping = true;
    this.view.requestUpdate();
  }

  left() {
    this.isTyping = false;
    this.view.requestUpdate();
  }

  changed({ skill, place, title, fields }) {
    const edit = () => this.draft.set("target", `${skill.id} ${place}`);
    const then = (act) => () => {
      act();
      this.view.requestUpdate();
    };
    return html`<article class="difference"><h3>${this.skills.length > 1 ? `${skill.name}: ${title}` : title}</h3>
      <dl>${fields.map(shownField)}</dl>
      <p class="acts"><button type="button" class="plain" @click=${then(edit)}>${_("Go on with it")}</button>
        <button type="button" class="plain" @click=${then(() => this.draft.drop(skill, place))}>${_("Leave as it is")}</button></p></article>`;
  }

  behind(skill) {
    const { base } = this.draft.part(skill);
    if (base === skill.revision) return nothing;
    const values = { name: skill.name, now: number(skill.revision), then: number(base) };
    const catchUp = () => {
      this.draft.catchUp(skill);
      this.view.requestUpdate();
    };
    return html`<p class="notice" role="status">${_("“%(name)s” has changed since this was begun: revision %(now)s is in force, and this is written against %(then)s.", values)}
      <button type="button" class="button" @click=${catchUp}>${_("Write it against the present text")}</button></p>`;
  }

  /** Skills that the draft changes and the page does not show. */
  leftOut() {
    const shown = new Set(this.skills.map(({ id }) => id));
    return Object.entries(this.draft.values.parts)
      .filter(([id, { edits }]) => !shown.has(id) && Object.keys(edits).length)
      .map(([id, { name }]) => html`<p class="notice">${_("The draft also changes “%(name)s”.", { name })}
        <a class="button" href=${withSkill(this.view.place, id)}>${_("Take it in again")}</a></p>`);
  }

  /** Which change a fault is about. */
  about({ path }) {
    if (path[0] !== "skills" || path[2] !== "changes") return null;
    const { skillId } = this.wishes[Number(path[1])];
    return this.changes.filter(({ skill }) => skill.id === skillId)[Number(path[3])]?.title ?? null;
  }
}

const shownField = ({ name, before, after }) => html`<div><dt>${field(name)}</dt><dd>${difference(before, after).map(({ kind, text }) => {
  const words = valueWord(name, text);
  return kind === "gone" ? html`<del>${words}</del>` : kind === "new" ? html`<ins>${words}</ins>` : words;
})}</dd></div>`;

/** Open proposals for the same rows, for who may not have it previewed. */
function similar(changes) {
  const found = changes.flatMap(({ skill, level, role }) => (level ? proposalsOf(skill, level, role) : []));
  if (!found.length) return nothing;
  return html`<aside class="notice"><p>${_("There are open proposals for the same rows:")}</p>
    <ul>${[...new Set(found)].map((one) => html`<li><a href="/proposals/${one.number}">${one.title}</a> · ${day(one.createdAt)}</li>`)}</ul></aside>`;
}
