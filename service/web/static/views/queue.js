// What waits for a reviewer: one proposal after the other, with what it changes, to decide on by hand or by keys.
import { html, nothing } from "../vendor/lit.js";
import { address, all, counted, day, may, more, person, signInAddress } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { deciding } from "../parts/deciding.js";
import { differences } from "../parts/differences.js";
import { Keys } from "../parts/keys.js";
import { standing } from "../parts/standing.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Queue extends View {
  acting = new Acting(this);
  keys = new Keys(this, {
    j: { words: _("next"), act: () => this.step(1) },
    k: { words: _("previous"), act: () => this.step(-1) },
    a: { words: _("accept"), act: () => this.open?.querySelector(".deciding .strong")?.click() },
    d: { words: _("decline"), act: () => this.decline() },
  });
  index = -1; // of the proposal that is open, in the list

  title() {
    return _("To review");
  }

  body({ viewer, domains, proposal }, query) {
    return html`<div class="view queue">
      <header class="title"><h1>${_("To review")}</h1>
      <p class="lead">${_("Open proposals of others that you may decide on, the oldest first.")}</p></header>
      ${viewer === null
        ? html`<p class="empty">${_("Sign in to see what waits for you.")} <a href=${signInAddress()} data-whole>${_("Sign in")}</a></p>`
        : may(viewer, "REVIEWER")
          ? html`${filters(domains, query)}${this.keys.shown()}${this.list(viewer, proposal, query)}`
          : html`<p class="empty">${_("Reviewers decide on proposals; ask a maintainer to make you one.")}</p>`}
    </div>`;
  }

  list(viewer, proposal, query) {
    const { nodes, totalCount, pageInfo } = viewer.reviewQueue;
    return html`<p class="count" role="status">${counted.proposals(totalCount)}</p>
      ${nodes.length
        ? html`<ol class="queued">${nodes.map((one) => this.item(one, viewer, proposal?.number === one.number ? proposal : null, query))}</ol>
            ${more(pageInfo, "/queue", query)}`
        : html`<p class="empty">${_("Nothing waits for you.")}</p>`}`;
  }

  item(one, viewer, opened, query) {
    const toggled = address("/queue", { ...all(query), number: opened ? null : one.number });
    return html`<li><article ?data-open=${opened !== null}>
      <p class="quiet">${standing(one)} #${one.number} · ${one.skills.map(({ skill }) => skill.name).join(", ")}</p>
      <h2><a href=${toggled} aria-expanded=${opened !== null}>${one.title}</a></h2>
      <p class="quiet">${person(one.author)} · ${day(one.createdAt)}</p>
      ${opened
        ? html`${opened.reason ? html`<p>${opened.reason}</p>` : nothing}${differences(opened.diff, opened.skills.length > 1)}
            ${deciding(opened, viewer, this.acting)}
            <p><a href="/proposals/${one.number}">${_("The whole proposal, with its discussion")}</a></p>`
        : nothing}
    </article></li>`;
  }

  get open() {
    return this.querySelector("article[data-open]");
  }

  /** Open the next proposal, or the one before. */
  step(by) {
    const numbers = this.data?.viewer?.reviewQueue?.nodes.map((one) => one.number) ?? [];
    const number = numbers[Math.min(Math.max(this.index + by, 0), numbers.length - 1)];
    if (number) this.turnTo(number);
  }

  decline() {
    const form = this.open?.querySelector(".deciding textarea[name=reason]")?.form;
    if (!form) return;
    form.closest("details").open = true;
    form.reason.focus();
  }

  turnTo(number) {
    window.dispatchEvent(new CustomEvent("go", { detail: address("/queue", { ...all(this.place.query), number }) }));
  }

  /** Keep the open proposal in sight; when it has been decided on, go on to the one that takes its place. */
  updated() {
    const nodes = this.data?.viewer?.reviewQueue?.nodes;
    if (!nodes) return;
    const number = Number(this.place.query.get("number"));
    const index = nodes.findIndex((one) => one.number === number);
    if (number && index < 0 && this.index >= 0) this.turnTo(nodes[Math.min(this.index, nodes.length - 1)]?.number);
    else if (index !== this.index && index >= 0) {
      const link = this.querySelectorAll(".queued h2 a")[index];
      link.focus({ preventScroll: true });
      link.scrollIntoView({ block: "nearest" });
    }
    this.index = index;
  }
}

function filters(domains, query) {
  const words = { REVIEW_REQUIRED: _("To be looked at"), CHANGES_REQUESTED: _("Changes requested"), APPROVED: _("Approved") };
  const check = (name, value, said) =>
    html`<label class="check"><input type="checkbox" name=${name} value=${value} .checked=${query.getAll(name).includes(value)}> ${said}</label>`;
  return html`<form method="get" action="/queue" class="chooser">
    ${domains.length > 1 ? html`<fieldset><legend>${_("Domains")}</legend>${domains.map((one) => check("domain", one.slug, one.name))}</fieldset>` : nothing}
    <fieldset><legend>${_("Reviews")}</legend>${Object.entries(words).map(([value, said]) => check("review", value, said))}</fieldset>
    <fieldset><legend>${_("Only those that are")}</legend>${check("outdated", "true", _("outdated"))}${check("conflicting", "true", _("in conflict"))}${check("stale", "true", _("stale"))}</fieldset>
    <label>${_("Made before")} <input type="date" name="before" .value=${query.get("before") ?? ""}></label>
    <button class="button">${_("Show")}</button>
  </form>`;
}
