// What has been proposed, the newest first.
import { html, nothing } from "../vendor/lit.js";
import { counted, day, more, person, state } from "../pieces.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Proposals extends View {
  title() {
    return _("Proposals");
  }

  body({ proposals }, query) {
    const states = [["OPEN", _("Open")], ["ACCEPTED", _("Accepted")], ["DECLINED", _("Declined")], ["WITHDRAWN", _("Withdrawn")]];
    const skill = query.get("skill");
    return html`<div class="view proposals">
      <header class="title"><h1>${_("Proposals")}</h1>
      <p class="lead">${_("Suggested changes: what is open for review, and what became of the others.")}</p></header>
      <form method="get" action="/proposals" class="chooser">
        <label>${_("State")} <select name="state"><option value="">${_("All states")}</option>${states.map(
          ([value, words]) => html`<option value=${value} ?selected=${query.get("state") === value}>${words}</option>`,
        )}</select></label>
        ${skill ? html`<input type="hidden" name="skill" value=${skill}>` : nothing}
        <button class="button">${_("Show")}</button>
      </form>
      <p class="count" role="status">${counted.proposals(proposals.totalCount)}</p>
      ${proposals.nodes.length
        ? html`<ul class="results">${proposals.nodes.map(found)}</ul>${more(proposals.pageInfo, "/proposals", query)}`
        : html`<p class="empty">${_("No proposals here. Open a skill and suggest a change.")}</p>`}
    </div>`;
  }
}

const found = (one) => html`<li><article>
  <p class="quiet">${state(one.state)} #${one.number} · <a href="/skills/${one.skill.slug}">${one.skill.name}</a></p>
  <h2><a href="/proposals/${one.number}">${one.title}</a></h2>
  <p class="quiet">${person(one.author)} · ${day(one.createdAt)}</p>
</article></li>`;
