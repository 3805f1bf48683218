// One proposal: what it changes, what has moved since, what it would come to, and what became of it.
import { html, nothing } from "../vendor/lit.js";
import { address, breadcrumb, comments, counted, day, field, may, person, prose, tell } from "../pieces.js";
import { Acting, moved } from "../parts/acting.js";
import { titleOf } from "../parts/choosing.js";
import { deciding } from "../parts/deciding.js";
import { differences } from "../parts/differences.js";
import { hiding, isModerator, reporting } from "../parts/order.js";
import { Preview } from "../parts/preview.js";
import { ruling } from "../parts/ruling.js";
import { standing, timeline, versions } from "../parts/standing.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Proposal extends View {
  acting = new Acting(this);
  preview = new Preview(this);

  title({ proposal }) {
    return proposal.title;
  }

  /** Somebody has done something to the proposal; the first update of a stream tells only where it stands. */
  happened({ proposalChanged }) {
    const { event, proposal } = proposalChanged;
    const shown = this.data?.proposal;
    if (!event && (proposal?.version === shown?.version && proposal?.state === shown?.state)) return;
    if (event) tell(_("Something has happened to this proposal just now."));
    this.again();
  }

  body({ proposal, viewer }) {
    const { skills, conflicts, similarProposals } = proposal;
    const isOpen = proposal.state === "OPEN";
    return html`<div class="view proposal">
      ${breadcrumb(
        html`<a href="/proposals">${_("Proposals")}</a>`,
        ...skills.map(({ skill }) => html`<a href="/skills/${skill.slug}">${skill.name}</a>`),
      )}
      <header class="title">
        <p class="quiet">${standing(proposal)} #${proposal.number}</p>
        <h1>${proposal.title}</h1>
        <p class="quiet">${person(proposal.author)} · ${day(proposal.createdAt)} · ${writtenAgainst(skills)}</p>
        ${proposal.hiddenAt ? html`<p class="notice">${_("A moderator has hidden the words of this proposal.")}</p>` : nothing}
        ${proposal.reason ? html`<div class="prose reason">${prose(proposal.reason)}</div>` : nothing}
      </header>
      <section aria-labelledby="changes">
        <h2 id="changes">${_("What it changes")}</h2>
        ${differences(proposal.diff, skills.length > 1)}
      </section>
      ${conflicts.length ? conflicting(proposal) : nothing}
      ${isOpen && may(viewer, "CONTRIBUTOR") ? this.effect(proposal) : nothing}
      ${similarProposals.length ? similar(similarProposals) : nothing}
      <section aria-labelledby="timeline">
        <h2 id="timeline">${_("What became of it")}</h2>
        ${timeline(proposal)}
        ${deciding(proposal, viewer, this.acting)}
      </section>
      ${proposal.versions.length > 1 ? versions(proposal) : nothing}
      ${viewer ? this.order(proposal, viewer) : nothing}
      ${comments(proposal.id, viewer, proposal.author?.id)}
    </div>`;
  }

  /** What is done about a proposal that is out of order. */
  order({ id, author, hiddenAt, skills }, viewer) {
    const act = async (operation, input) => {
      const done = await this.acting.do(operation, input);
      if (done && operation === "ReportContent") tell(_("A moderator will look at it."));
      if (done && operation === "SetReviewRule") await this.again();
      return done;
    };
    return html`<section class="order" aria-label=${_("Keeping order")}>
      ${author?.id === viewer.person.id ? nothing : reporting(id, act)}
      ${isModerator(viewer) ? html`${hiding(id, hiddenAt !== null, act)}${ruling(skills[0].skill, act)} <a href=${address("/moderation/told", { subject: id })}>${_("Who was told")}</a>` : nothing}</section>`;
  }

  effect({ id, number: called }) {
    return html`<section aria-labelledby="effect" aria-live="polite"><h2 id="effect">${_("What it would come to")}</h2>
      ${this.preview.found || this.preview.faults.length
        ? this.preview.shown(called)
        : html`<p><button type="button" class="button" @click=${() => this.preview.of({ proposalId: id })}>${_("Work it out")}</button></p>`}</section>`;
  }
}

const writtenAgainst = (skills) =>
  _("written against %(what)s", {
    what: skills
      .map(({ skill, baseRevision }) => (skills.length > 1 ? `${skill.name}: ` : "") + counted.revision(baseRevision))
      .join(", "),
  });

const conflicting = (proposal) => html`<section aria-labelledby="conflicts"><h2 id="conflicts">${_("What has moved since")}</h2>
  ${proposal.conflicts.map(({ change, field: name, ...values }) => html`<article class="difference"><h3>${titleOf(change, proposal)}: ${field(name)}</h3>${moved(name, values)}</article>`)}</section>`;

const similar = (found) => html`<section aria-labelledby="similar"><h2 id="similar">${_("Other open proposals for the same fields")}</h2>
  <ul class="list">${found.filter((one) => one.proposal).map(({ proposal, isSame }) => html`<li><a href="/proposals/${proposal.number}">${proposal.title}</a>
    <span class="quiet">#${proposal.number}${isSame ? html` · ${_("it wishes for just the same")}` : nothing}</span></li>`)}</ul></section>`;
