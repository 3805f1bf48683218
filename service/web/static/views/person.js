// Somebody of the community, as everybody may see them.
import { html, nothing } from "../vendor/lit.js";
import { address, counted, day, more, roleWord, state } from "../pieces.js";
import { View } from "../view.js";
import { _, ngettext } from "../words.js";

export default class Person extends View {
  title({ person }) {
    return person.name;
  }

  body({ person }, query) {
    const { name, role, acceptedProposalCount, reviewedDomains, revisions, proposals } = person;
    return html`<div class="view person">
      <header class="title"><h1>${name}</h1>
        <p class="quiet">${role ? html`<span class="badge depth">${roleWord(role)}</span> ` : nothing}${ngettext("%(n)s accepted proposal", "%(n)s accepted proposals", acceptedProposalCount)}</p>
        ${reviewedDomains.length
          ? html`<p>${_("Reviews proposals in")}</p>
            <ul class="keywords">${reviewedDomains.map((one) => html`<li><a href=${address("/", { domain: one.slug })}>${one.name}</a></li>`)}</ul>`
          : nothing}</header>
      <section aria-labelledby="changed"><h2 id="changed">${_("Last changes")}</h2>
        ${revisions.nodes.length
          ? html`<ul class="list">${revisions.nodes.map(changed)}</ul>`
          : html`<p class="empty">${_("No change of theirs has been applied yet.")}</p>`}</section>
      <section aria-labelledby="proposals"><h2 id="proposals">${counted.proposals(proposals.totalCount)}</h2>
        ${proposals.nodes.length
          ? html`<ul class="results">${proposals.nodes.map(proposed)}</ul>${more(proposals.pageInfo, this.place.pathname, query)}`
          : html`<p class="empty">${_("Nothing proposed yet.")}</p>`}</section>
    </div>`;
  }
}

const changed = ({ number, changedAt, skill, proposal }) => html`<li><a href="/skills/${skill.slug}">${skill.name}</a>
  <span class="quiet">${counted.revision(number)} · ${day(changedAt)}${proposal ? html` · <a href="/proposals/${proposal.number}">${proposal.title}</a>` : nothing}</span></li>`;

const proposed = (one) => html`<li><article>
  <p class="quiet">${state(one.state)} #${one.number} · <a href="/skills/${one.skill.slug}">${one.skill.name}</a></p>
  <h3><a href="/proposals/${one.number}">${one.title}</a></h3>
  <p class="quiet">${day(one.createdAt)}</p>
</article></li>`;
