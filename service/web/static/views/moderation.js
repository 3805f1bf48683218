// What waits for moderators: reports, and texts that nobody else sees yet; gone through by hand or by keys.
import { html, nothing } from "../vendor/lit.js";
import { day, person, prose } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { Keys } from "../parts/keys.js";
import { moderators } from "../parts/moderators.js";
import { reportWord } from "../parts/order.js";
import { View } from "../view.js";
import { _, number } from "../words.js";

export default class Moderation extends View {
  acting = new Acting(this);
  keys = new Keys(this, {
    j: { words: _("next"), act: () => this.step(1) },
    k: { words: _("previous"), act: () => this.step(-1) },
    a: { words: _("in order"), act: () => this.press(0) },
    d: { words: _("not in order"), act: () => this.press(1) },
  });

  title() {
    return _("Keeping order");
  }

  body({ viewer, moderation }) {
    return html`<div class="view moderation">${moderators("/moderation", this.title(), viewer, () => this.waiting(moderation))}</div>`;
  }

  waiting({ reports, heldComments, heldProposals }) {
    return html`${this.keys.shown()}${this.acting.faults.length ? this.acting.shown() : nothing}
      ${section("reports", _("Reports"), reports, _("Nobody has reported anything."), (one) => this.report(one))}
      ${section("comments", _("Comments that wait"), heldComments, _("No comment waits."), (one) => this.held(one, aboutComment(one), html`<div class="prose">${prose(one.body)}</div>`))}
      ${section("proposals", _("Proposals that wait"), heldProposals, _("No proposal waits."), (one) => this.held(one, aboutProposal(one), html`<div class="prose">${prose(one.reason)}</div>`))}`;
  }

  report(one) {
    const { comment, proposal } = one;
    const subject = comment ?? proposal;
    const text = comment ? (comment.body ?? comment.withheldBody ?? "") : `${proposal.title}\n${proposal.reason}`;
    return this.item(
      one,
      html`<p class="quiet">${reportWord(one.kind)} · ${_("reported by %(name)s", { name: person(one.author) })} · ${day(one.createdAt)}</p>
        ${one.note ? html`<p>${one.note}</p>` : nothing}
        <blockquote class="prose reason">${prose(text)}</blockquote>
        <p class="quiet">${comment ? aboutComment(comment) : aboutProposal(proposal)}</p>`,
      [_("Leave it"), (reason) => this.do("DismissReport", { reportId: one.id, reason })],
      [_("Hide it"), (reason) => this.do("HideContent", { subjectId: subject.id, reason })],
    );
  }

  held(one, about, text) {
    return this.item(
      one,
      html`${text}<p class="quiet">${about} · ${day(one.createdAt)}</p>`,
      [_("Let it through"), (reason) => this.do("ApproveContent", { subjectId: one.id, reason })],
      [_("Refuse it"), (reason) => this.do("RejectContent", { subjectId: one.id, reason })],
    );
  }

  /** What waits, with the two ways to be done with it. */
  item({ id }, words, ...ways) {
    const submit = (event) => {
      event.preventDefault();
      const [, act] = ways[Number(event.submitter.value)];
      act(new FormData(event.target).get("reason"));
    };
    return html`<li><article tabindex="-1" id=${id}>${words}
      <form class="chooser" @submit=${submit}>
        <label class="wide">${_("Reason, for the log")} <input name="reason" required maxlength="2000"></label>
        ${ways.map(([said], index) => html`<button class="button" value=${index} ?disabled=${this.acting.isBusy}>${said}</button>`)}
      </form></article></li>`;
  }

  step(by) {
    const items = [...this.querySelectorAll(".queued article")];
    const here = items.findIndex((item) => item.contains(document.activeElement));
    const next = items[Math.min(Math.max(here + by, 0), items.length - 1)];
    next?.focus();
  }

  /** Press a button of the item that the keyboard is in; where its reason is wanting, the browser leads there. */
  press(index) {
    document.activeElement?.closest(".queued article")?.querySelectorAll("form button")[index]?.click();
  }

  async do(operation, input) {
    const done = await this.acting.do(operation, input);
    if (done) await this.again();
    return done;
  }
}

const section = (id, title, { totalCount, nodes }, empty, item) => html`<section aria-labelledby=${id}>
  <h2 id=${id}>${title} <span class="quiet">${number(totalCount)}</span></h2>
  ${nodes.length ? html`<ol class="queued">${nodes.map(item)}</ol>` : html`<p class="empty">${empty}</p>`}</section>`;

const aboutComment = ({ author, skill, proposal }) => html`${person(author)} ·
  ${proposal ? html`<a href="/proposals/${proposal.number}">#${proposal.number}</a>` : html`<a href="/skills/${skill.slug}#comments">${skill.name}</a>`}`;

const aboutProposal = ({ author, number: called, title }) => html`${person(author)} · <a href="/proposals/${called}">#${called} ${title}</a>`;
