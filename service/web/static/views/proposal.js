// One proposal: what it changes, and what became of it.
import { html, nothing } from "../vendor/lit.js";
import { breadcrumb, counted, day, field, person, prose, state } from "../pieces.js";
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
        ${proposal.changes.map(difference)}
      </section>
      <section aria-labelledby="timeline">
        <h2 id="timeline">${_("What became of it")}</h2>
        <ol class="timeline">
          <li>${day(proposal.createdAt)} ${_("Suggested by %(name)s", { name: person(proposal.author) })}</li>
          ${proposal.state === "OPEN" ? html`<li>${_("Waiting for a reviewer")}</li>` : decision(proposal)}
        </ol>
        ${proposal.state === "OPEN" && viewer ? deciding(proposal, viewer, this.acting) : nothing}
      </section>
    </div>`;
  }
}

function difference({ kind, role, level, fields }) {
  const words = { EDIT_SKILL: _("Changed"), EDIT_REQUIREMENT: _("Changed"), ADD_REQUIREMENT: _("Added"), REMOVE_REQUIREMENT: _("Removed") };
  return html`<article class="difference">
    <h3>${role ? `${role.name}, ${level.name}` : _("The skill itself")} <span class="badge kind">${words[kind]}</span></h3>
    <dl>${fields.map((each) => html`<div><dt>${field(each.field)}</dt>
      ${each.before === null ? nothing : html`<dd><del>${each.before}</del></dd>`}
      ${each.after === null ? nothing : html`<dd><ins>${each.after}</ins></dd>`}</div>`)}</dl>
  </article>`;
}

function decision(proposal) {
  const words = { ACCEPTED: _("Accepted"), DECLINED: _("Declined"), WITHDRAWN: _("Withdrawn") };
  return html`<li>${day(proposal.decidedAt)} ${words[proposal.state]}${proposal.decidedBy ? html`, ${proposal.decidedBy.name}` : nothing}${proposal.appliedRevision ? html` · ${counted.revision(proposal.appliedRevision)}` : nothing}
    ${proposal.decisionReason ? html`<div class="prose reason">${prose(proposal.decisionReason)}</div>` : nothing}</li>`;
}
