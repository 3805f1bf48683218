// Suggest a change of a skill: any field, any requirement, an addition or a removal. The draft is kept in this browser
// until it is sent, through signing in and a closed window alike.
import { html, live, nothing } from "../vendor/lit.js";
import { breadcrumb, day, field, options, proposalsOf, requirementAt, rolesOf, signInAddress } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { changesOf, Draft, SKILL } from "../parts/draft.js";
import { difference } from "../parts/difference.js";
import { View } from "../view.js";
import { _, ngettext, number } from "../words.js";

export default class Suggest extends View {
  acting = new Acting(this);

  title({ skill }) {
    return _("Suggest a change to %(name)s", { name: skill.name });
  }

  body({ skill, viewer }, query) {
    this.draft ??= new Draft(skill, query.get("row") ?? SKILL);
    const { draft } = this;
    const changes = changesOf(skill, draft);
    return html`<div class="view suggest">
      ${breadcrumb(html`<a href="/skills/${skill.slug}">${skill.name}</a>`)}
      <header class="title"><h1>${this.title({ skill })}</h1>
      <p class="lead">${_("Somebody else will decide on it. What you write is kept in this browser until you send it.")}</p></header>
      ${draft.values.baseRevision === skill.revision ? nothing : this.behind(skill)}
      <form class="writing" @submit=${(event) => this.send(event, skill)} @input=${(event) => this.write(event)}>
        <label>${_("What to change")} <select name="target" .value=${live(draft.values.target)}>${targets(skill, draft.values.target)}</select></label>
        ${this.fields(skill, draft)}
        ${similar(skill, changes)}
        <section aria-labelledby="changes"><h2 id="changes">${ngettext("%(n)s change", "%(n)s changes", changes.length)}</h2>
          ${changes.length ? changes.map(changed) : html`<p class="empty">${_("Nothing changes yet.")}</p>`}
        </section>
        <label>${_("Title: what it changes, in a line")} <input name="title" maxlength="200" required .value=${live(draft.values.title)}></label>
        <label>${_("Reason: why, for whoever decides")} <textarea name="reason" maxlength="5000" .value=${live(draft.values.reason)}></textarea></label>
        ${this.acting.shown()}
        <p class="acts">
          ${viewer
            ? html`<button class="button strong" ?disabled=${this.acting.isBusy || !changes.length}>${_("Send the suggestion")}</button>`
            : html`<a class="button strong" href=${signInAddress()} data-whole>${_("Sign in to send it")}</a>`}
          <button type="button" class="button" @click=${() => this.forget(skill)}>${_("Throw the draft away")}</button>
        </p>
      </form>
    </div>`;
  }

  fields(skill, draft) {
    const { target } = draft.values;
    const value = (name, present) => draft.value(target, name) ?? present;
    if (target === SKILL) {
      return html`
        <label>${field("name")} <input name="name" data-edit maxlength="200" .value=${live(value("name", skill.name))}></label>
        <label>${field("summary")} <textarea name="summary" data-edit maxlength="2000" .value=${live(value("summary", skill.summary))}></textarea></label>
        <label>${_("Keywords, one in a line")} <textarea name="keywords" data-edit .value=${live(value("keywords", skill.keywords.join("\n")))}></textarea></label>
        <label>${_("Short name in the address")} <input name="slug" data-edit maxlength="100" .value=${live(value("slug", skill.slug))}></label>`;
    }
    if (target === "add") {
      return html`
        <label>${_("Role")} <select name="role" data-edit>${options(rolesOf(skill), value("role"), _("Choose a role"))}</select></label>
        <label>${_("Level")} <select name="level" data-edit>${options(skill.group.domain.framework.levels, value("level"), _("Choose a level"))}</select></label>
        ${requirement(value, { necessity: "MANDATORY", proficiency: null, description: "" })}`;
    }
    const [level, role] = target.split(".");
    const found = requirementAt(skill, role, level);
    if (!found) return html`<p class="notice">${_("This row is not there any more.")}</p>`;
    const isRemoved = value("remove", "") === "yes";
    return html`${isRemoved ? nothing : requirement(value, found.row)}
      <label class="check"><input type="checkbox" name="remove" value="yes" data-edit .checked=${isRemoved}> ${_("Take this row away")}</label>`;
  }

  behind(skill) {
    const words = _("The skill has changed since you began: revision %(now)s is in force, and you began at %(then)s.", {
      now: number(skill.revision),
      then: number(this.draft.values.baseRevision),
    });
    return html`<p class="notice" role="status">${words} <button class="button" @click=${() => this.catchUp(skill)}>${_("Write it against the present text")}</button></p>`;
  }

  catchUp(skill) {
    this.draft.set("baseRevision", skill.revision);
    this.requestUpdate();
  }

  write({ target: input }) {
    const value = input.type === "checkbox" ? (input.checked ? input.value : "") : input.value;
    if ("edit" in input.dataset) this.draft.edit(this.draft.values.target, input.name, value);
    else this.draft.set(input.name, value);
    this.requestUpdate();
  }

  forget(skill) {
    this.draft.forget();
    this.draft = new Draft(skill, SKILL);
    this.requestUpdate();
  }

  async send(event, skill) {
    event.preventDefault();
    const { title, reason, baseRevision, key } = this.draft.values;
    const changes = changesOf(skill, this.draft).map((change) => change.input);
    const payload = await this.acting.do("CreateProposal", { skillId: skill.id, baseRevision, title, reason, changes, idempotencyKey: key });
    if (!payload) return;
    this.draft.forget();
    window.dispatchEvent(new CustomEvent("go", { detail: `/proposals/${payload.proposal.number}` }));
  }
}

function targets(skill, chosen) {
  const option = (value, words) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`;
  return html`${option(SKILL, _("The skill itself"))}${skill.levels.map((step) =>
    step.requirements.map((row) => option(`${step.level.slug}.${row.role.slug}`, `${row.role.name}, ${step.level.name}`)),
  )}${option("add", _("Add a requirement"))}`;
}

function requirement(value, present) {
  const depths = [["", _("Not said")], ["AWARENESS", _("Awareness")], ["WORKING", _("Working")], ["ADVANCED", _("Advanced")], ["EXPERT", _("Expert")]];
  const chosen = { necessity: value("necessity", present.necessity), proficiency: value("proficiency", present.proficiency ?? "") };
  return html`<div class="chooser">
      <label>${field("necessity")} <select name="necessity" data-edit>${[["MANDATORY", _("Required")], ["OPTIONAL", _("Optional")]].map(
        ([each, words]) => html`<option value=${each} ?selected=${each === chosen.necessity}>${words}</option>`,
      )}</select></label>
      <label>${field("proficiency")} <select name="proficiency" data-edit>${depths.map(
        ([each, words]) => html`<option value=${each} ?selected=${each === chosen.proficiency}>${words}</option>`,
      )}</select></label>
    </div>
    <label>${field("description")} <textarea name="description" data-edit maxlength="10000" .value=${live(value("description", present.description))}></textarea></label>`;
}

function similar(skill, changes) {
  const found = changes.flatMap(({ level, role }) => (level ? proposalsOf(skill, level, role) : []));
  if (!found.length) return nothing;
  return html`<aside class="notice"><p>${_("There are open proposals for the same rows:")}</p>
    <ul>${[...new Set(found)].map((one) => html`<li><a href="/proposals/${one.number}">${one.title}</a> · ${day(one.createdAt)}</li>`)}</ul></aside>`;
}

const changed = ({ title, fields }) => html`<article class="difference"><h3>${title}</h3>
  <dl>${fields.map(({ name, before, after }) => html`<div><dt>${field(name)}</dt><dd>${difference(before, after).map(
    ({ kind, text }) => (kind === "gone" ? html`<del>${text}</del>` : kind === "new" ? html`<ins>${text}</ins>` : text),
  )}</dd></div>`)}</dl></article>`;
