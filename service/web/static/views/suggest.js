// Suggest a change of a skill, or of several as one: any field, any requirement, additions and removals. The draft is kept
// in this browser until it is sent, through signing in and a closed window alike.
import { html } from "../vendor/lit.js";
import { breadcrumb } from "../pieces.js";
import { Draft, SKILL } from "../parts/draft.js";
import { Finding } from "../parts/finding.js";
import { Writing } from "../parts/writing.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Suggest extends View {
  writing = new Writing(this);
  finding = new Finding(this);

  title({ skill }) {
    return _("Suggest a change to %(name)s", { name: skill.name });
  }

  body({ skill, others, viewer }, query) {
    const { writing } = this;
    writing.draft ??= begun(skill, query.get("row"));
    writing.skills = [skill, ...others.filter((other) => other?.id && other.id !== skill.id)];
    return html`<div class="view suggest">
      ${breadcrumb(html`<a href="/skills/${skill.slug}">${skill.name}</a>`)}
      <header class="title"><h1>${this.title({ skill })}</h1>
      <p class="lead">${_("Somebody else will decide on it. What you write is kept in this browser until you send it.")}</p></header>
      ${writing.form(viewer, { send: () => this.send(), words: _("Send the suggestion"), discard: () => this.discard(skill) })}
      ${this.finding.shown(writing.skills)}
    </div>`;
  }

  updated() {
    this.writing.look(this.data?.viewer ?? null);
  }

  discard(skill) {
    this.writing.draft.forget();
    this.writing.draft = begun(skill, null);
    this.requestUpdate();
  }

  async send() {
    const { acting, draft, wishes } = this.writing;
    const { title, reason, key } = draft.values;
    const payload = await acting.do("CreateProposal", { title, reason, skills: wishes, idempotencyKey: key });
    if (!payload) return;
    draft.forget();
    window.dispatchEvent(new CustomEvent("go", { detail: `/proposals/${payload.proposal.number}` }));
  }
}

/** The draft that was begun, turned to the row that the address names. */
function begun(skill, row) {
  const draft = new Draft(`draft:${skill.id}`, { target: `${skill.id} ${SKILL}` });
  if (row) draft.set("target", `${skill.id} ${row}`);
  return draft;
}
