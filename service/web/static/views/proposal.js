// One proposal: what it changes, and what became of it.
import { html, nothing } from "../vendor/lit.js";
import { breadcrumb, comments, counted, day, differences, person, prose, state } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { deciding } from "../parts/deciding.js";
import { View } from "../view.js";
import { _, number } from "../words.js";

export default class Proposal extends View {
  acting = new Acting(this);

  title({ proposal }) {
    return proposal.title;
  }

  body({ proposal, viewer }) {
    return html`<div class="view proposal">
      ${breadcrumb(
        html`<a href="/proposals">${_("Proposals")}</a>`,
        html`<a href="/skills/${proposal.skill.slug}">${proposal.skill.name}</a>`,
      )}
      <header class="title">
        <p class="quiet">${state(proposal.state)} #${proposal.number}</p>
        <h1>${proposal.title}</h1>
        <p class="quiet">${person(proposal.author)} · ${day(proposal.createdAt)} · ${_("written against revision %(n)s", { n: number(proposal.baseRevision) })}</p>
        ${proposal.reason ? html`<div class="prose reason">${prose(proposal.reason)}</div>` : nothing}
      </header>
      <section aria-labelledby="changes">
        <h2 id="changes">${_("What it changes")}</h2>
        ${differences(proposal.diff)}
      </section>
      ${proposal.similarProposals.length ? similar(proposal.similarProposals) : nothing}
      <section aria-labelledby="timeline">
        <h2 id="timeline">${_("What became of it")}</h2>
        <ol class="timeline">
          <li>${day(proposal.createdAt)} ${_("Suggested by %(name)s", { name: person(proposal.author) })}</li>
          ${proposal.state === "OPEN" ? html`<li>${_("Waiting for a reviewer")}</li>` : decision(proposal)}
        </ol>
        ${proposal.state === "OPEN" && viewer ? deciding(proposal, viewer, this.acting) : nothing}
      </section>
      ${comments(proposal.id, viewer)}
    </div>`;
  }
}

const similar = (found) => html`<section aria-labelledby="similar"><h2 id="similar">${_("Other open proposals for the same fields")}</h2>
  <ul class="list">${found.filter((one) => one.proposal).map(({ proposal }) => html`<li><a href="/proposals/${proposal.number}">${proposal.title}</a> <span class="quiet">#${proposal.number}</span></li>`)}</ul></section>`;

function decision(proposal) {
  const words = { ACCEPTED: _("Accepted"), DECLINED: _("Declined"), WITHDRAWN: _("Withdrawn") };
  return html`<li>${day(proposal.decidedAt)} ${words[proposal.state]}${proposal.decidedBy ? html`, ${proposal.decidedBy.name}` : nothing}${proposal.appliedRevision ? html` · ${counted.revision(proposal.appliedRevision)}` : nothing}
    ${proposal.decisionReason ? html`<div class="prose reason">${prose(proposal.decisionReason)}</div>` : nothing}</li>`;
}
