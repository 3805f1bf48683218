// The history of a skill: its revisions, what differs between two of them, and undoing one.
import { html, nothing } from "../vendor/lit.js";
import { breadcrumb, day, may, more, person } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { differences } from "../parts/differences.js";
import { undoing } from "../parts/undoing.js";
import { View } from "../view.js";
import { _, ngettext, number } from "../words.js";

export default class History extends View {
  acting = new Acting(this);

  title({ skill }) {
    return _("History of %(name)s", { name: skill.name });
  }

  body({ skill, comparison, viewer }, query) {
    return html`<div class="view history">
      ${breadcrumb(html`<a href="/skills/${skill.slug}">${skill.name}</a>`)}
      <header class="title"><h1>${this.title({ skill })}</h1></header>
      <section aria-labelledby="difference">
        <h2 id="difference">${_("What differs")}</h2>
        <form method="get" class="chooser">
          <label>${_("From revision")} <input type="number" name="from" min="1" max=${skill.revision} .value=${query.get("from") ?? ""} required></label>
          <label>${_("to revision")} <input type="number" name="to" min="1" max=${skill.revision} .value=${query.get("to") ?? ""} required></label>
          <button class="button">${_("Compare")}</button>
        </form>
        ${comparison ? (comparison.changes.length ? differences(comparison.changes) : html`<p class="empty">${_("Nothing differs.")}</p>`) : nothing}
      </section>
      <section aria-labelledby="revisions">
        <h2 id="revisions">${ngettext("%(n)s revision", "%(n)s revisions", skill.revisions.totalCount)}</h2>
        ${this.acting.faults.length ? this.acting.shown() : nothing}
        <ol class="timeline">${skill.revisions.nodes.map((one) => this.revision(one, skill, viewer))}</ol>
        ${more(skill.revisions.pageInfo, `/skills/${skill.slug}/history`, query)}
      </section>
    </div>`;
  }

  revision(one, skill, viewer) {
    return html`<li><strong>${number(one.number)}</strong> · ${day(one.changedAt)} · ${one.changedBy ? person(one.changedBy) : _("by import")}
      ${one.proposal
        ? html`· <a href="/proposals/${one.proposal.number}">${one.proposal.title}</a>`
        : one.reverts
          ? html`· ${_("undoes revision %(n)s", { n: number(one.reverts.number) })}`
          : nothing}
      ${one.number > 1 ? html`· <a href="/skills/${skill.slug}/history?from=${one.number - 1}&to=${one.number}">${_("What it changed")}</a>` : nothing}
      ${one.number > 1 && may(viewer, "REVIEWER") ? undoing(this.acting, (reason) => this.undo(one, reason)) : nothing}</li>`;
  }

  async undo(one, reason) {
    const done = await this.acting.do("RevertRevision", { revisionId: one.id, reason });
    if (done) await this.again();
    return done;
  }
}
