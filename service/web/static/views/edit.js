// Let one's own open proposal say something else. What it said before stays readable as a version.
import { html, nothing } from "../vendor/lit.js";
import { breadcrumb } from "../pieces.js";
import { Draft, partsOf, SKILL } from "../parts/draft.js";
import { Writing } from "../parts/writing.js";
import { View } from "../view.js";
import { _, number } from "../words.js";

export default class Edit extends View {
  writing = new Writing(this);

  title({ proposal }) {
    return _("Edit “%(title)s”", { title: proposal.title });
  }

  body({ proposal, viewer }) {
    return html`<div class="view edit">
      ${breadcrumb(html`<a href="/proposals">${_("Proposals")}</a>`, html`<a href="/proposals/${proposal.number}">#${proposal.number}</a>`)}
      <header class="title"><h1>${this.title({ proposal })}</h1>
      <p class="lead">${_("This is version %(n)s. What it said before stays readable; who approved of it must look again.", { n: number(proposal.version) })}</p></header>
      ${proposal.state !== "OPEN"
        ? html`<p class="notice">${_("It is no longer open, and says for good what it says.")}</p>`
        : viewer && proposal.author?.id === viewer.person.id
          ? this.form(proposal, viewer)
          : html`<p class="notice">${_("Only its author edits a proposal.")}</p>`}
    </div>`;
  }

  form(proposal, viewer) {
    const { writing } = this;
    writing.draft ??= begun(proposal);
    writing.skills = proposal.skills.map(({ skill }) => skill);
    const { version } = writing.draft.values;
    return html`${version === proposal.version
        ? nothing
        : html`<p class="notice" role="status">${_("Version %(now)s is there now, and this draft is of version %(then)s: throw it away to begin from what is there.", { now: number(proposal.version), then: number(version) })}</p>`}
      ${writing.form(viewer, {
        send: () => this.send(proposal),
        words: _("Keep the change"),
        own: proposal.number,
        discard: () => this.discard(proposal),
      })}`;
  }

  updated() {
    this.writing.look(this.data?.viewer ?? null);
  }

  discard(proposal) {
    this.writing.draft.forget();
    this.writing.draft = begun(proposal);
    this.requestUpdate();
  }

  async send(proposal) {
    const { acting, draft, wishes } = this.writing;
    const { title, reason, version } = draft.values;
    if (!(await acting.do("EditProposal", { proposalId: proposal.id, version, title, reason, skills: wishes }))) return;
    draft.forget();
    window.dispatchEvent(new CustomEvent("go", { detail: `/proposals/${proposal.number}` }));
  }
}

function begun(proposal) {
  const { id, title, reason, version, skills } = proposal;
  return new Draft(`draft:${id}`, { title, reason, version, parts: partsOf(proposal), target: `${skills[0].skill.id} ${SKILL}` });
}
