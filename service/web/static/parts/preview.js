// What a proposal would come to, before anything is written: numbers, what deserves a second look, who else wishes for
// something in the same fields, and how many people would be told.
import { html, nothing } from "../vendor/lit.js";
import { ask } from "../client.js";
import { placeName } from "../pieces.js";
import { _, ngettext, number } from "../words.js";
import { told, worded } from "./acting.js";

const COUNTS = ["roleCount", "levelCount", "mandatoryRequirementCount", "optionalRequirementCount"];

/** What a view knows of the preview that it asked for last. */
export class Preview {
  constructor(view) {
    this.view = view;
    this.found = null;
    this.faults = [];
    this.asked = "";
  }

  /** Ask what an input would come to, once for the same; an answer that comes after a later question is passed by. */
  async of(input) {
    const asked = JSON.stringify(input);
    if (asked === this.asked) return;
    this.asked = asked;
    const { preview, userErrors } = await ask("PreviewProposal", input).catch(refused);
    const faults = await worded(userErrors);
    if (asked !== this.asked) return;
    [this.found, this.faults] = [preview, faults];
    this.view.requestUpdate();
  }

  /** There is nothing to look at any more. */
  clear() {
    [this.found, this.faults, this.asked] = [null, [], ""];
  }

  /** The preview; `own` is the number of the proposal itself, which is like itself. */
  shown(own) {
    if (this.faults.length) {
      return html`<p class="notice">${_("It cannot be proposed as it stands:")}</p>
        <ul class="list">${this.faults.map(({ message }) => html`<li>${message}</li>`)}</ul>`;
    }
    if (!this.found) return nothing;
    const { skills, watcherCount, similarProposals } = this.found;
    const others = similarProposals.filter(({ proposal }) => proposal && proposal.number !== own);
    return html`${skills.map((each) => effect(each, skills.length > 1))}
      <p class="quiet">${ngettext("%(n)s person who watches would be told.", "%(n)s people who watch would be told.", watcherCount)}</p>
      ${others.length ? similar(others) : nothing}`;
  }
}

function refused(refusal) {
  if (refusal.code === undefined) throw refusal;
  return { preview: null, userErrors: [{ message: told(refusal), code: refusal.code }] };
}

function effect({ skill, before, after, lint, isOutdated }, isNamed) {
  const words = { roleCount: _("Roles"), levelCount: _("Levels"), mandatoryRequirementCount: _("Required"), optionalRequirementCount: _("Optional") };
  return html`${isNamed ? html`<h3>${skill.name}</h3>` : nothing}
    <dl class="effect">${COUNTS.map((name) => html`<div><dt>${words[name]}</dt>
      <dd>${before[name] === after[name]
        ? number(after[name])
        : html`<del>${number(before[name])}</del> <ins>${number(after[name])}</ins>`}</dd></div>`)}</dl>
    ${isOutdated ? html`<p class="notice">${_("A field that it touches has changed meanwhile: it cannot be accepted as it stands.")}</p>` : nothing}
    ${lint.length
      ? html`<p>${_("This deserves a second look:")}</p><ul class="list">${lint.map((finding) => html`<li>${second(finding)}</li>`)}</ul>`
      : nothing}`;
}

function second({ kind, at, other }) {
  const values = { at: whereabouts(at), other: other ? whereabouts(other) : "" };
  if (kind === "SAME_TEXT") return _("%(at)s says the same as %(other)s.", values);
  if (kind === "DUPLICATE") return _("%(at)s says the same as another level: %(other)s.", values);
  if (kind === "LEVEL_GAP") return _("%(at)s is left out, between two levels that are asked.", values);
  return _("%(at)s says hardly anything.", values);
}

const whereabouts = ({ skill, role, level }) => `${skill.name}, ${placeName(role, level)}`;

const similar = (others) => html`<aside class="notice"><p>${_("There are open proposals for the same fields:")}</p>
  <ul>${others.map(({ proposal, isSame, sharedFieldCount }) => html`<li><a href="/proposals/${proposal.number}">${proposal.title}</a>
    · ${isSame ? _("it wishes for just the same") : ngettext("%(n)s field in common", "%(n)s fields in common", sharedFieldCount)}</li>`)}</ul></aside>`;
