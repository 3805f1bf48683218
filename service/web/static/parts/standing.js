// Where a proposal stands, in badges, and how it came there.
import { html, nothing } from "../vendor/lit.js";
import { counted, day, field, person, personName, prose, state, valueWord } from "../pieces.js";
import { _, number } from "../words.js";
import { titleOf } from "./choosing.js";

/** Its state, and what stands in the way of it while it is open. */
export const standing = (proposal) => html`${state(proposal.state)}${proposal.state === "OPEN" ? marks(proposal) : nothing}`;

const marks = (proposal) => html`
  ${proposal.hasConflicts
    ? badge("declined", _("Conflicts"))
    : proposal.isOutdated
      ? badge("raised", _("Outdated"))
      : nothing}
  ${proposal.isStale ? badge("raised", _("Stale")) : nothing}
  ${proposal.gate === "HELD" ? badge("raised", _("Waits for a moderator")) : proposal.gate === "REJECTED" ? badge("declined", _("Refused by a moderator")) : nothing}
  ${proposal.reviewDecision === "CHANGES_REQUESTED"
    ? badge("raised", _("Changes requested"))
    : proposal.reviewDecision === "APPROVED"
      ? badge("accepted", _("Approved"))
      : nothing}
  ${proposal.approvalsNeeded > 1
    ? badge("depth", _("%(n)s of %(needed)s approvals", { n: number(proposal.approvalCount), needed: number(proposal.approvalsNeeded) }))
    : nothing}`;

const badge = (kind, words) => html` <span class="badge ${kind}">${words}</span>`;

export const declineWord = (why) =>
  ({
    INACCURATE: _("It is not so"),
    DUPLICATE: _("It is said already"),
    OUT_OF_SCOPE: _("It does not belong here"),
    UNCLEAR: _("It cannot be understood"),
    STALE: _("Nobody goes on with it"),
    OTHER: _("Something else"),
  })[why];

/** All that has happened to it, in its order. */
export function timeline(proposal) {
  const { versions, reviews, createdAt, author, decidedAt } = proposal;
  const steps = [
    [createdAt, _("Suggested by %(name)s", { name: person(author) })],
    ...versions.slice(1).map((one) => [one.writtenAt, _("Version %(n)s, by %(name)s", { n: number(one.number), name: person(one.writtenBy) })]),
    ...reviews.nodes.toReversed().map((one) => [one.reviewedAt, reviewed(one), one.text]),
    ...(decidedAt ? [[decidedAt, decided(proposal), proposal.decisionReason]] : []),
  ];
  steps.sort(([one], [other]) => Date.parse(one) - Date.parse(other));
  return html`<ol class="timeline">
    ${steps.map(([at, words, text]) => html`<li>${day(at)} · ${words}${text ? html`<div class="prose reason">${prose(text)}</div>` : nothing}</li>`)}
    ${proposal.state === "OPEN" ? html`<li>${_("Waiting for a reviewer")}</li>` : nothing}
  </ol>`;
}

function reviewed({ verdict, version, reviewer }) {
  const values = { name: person(reviewer), n: number(version) };
  return verdict === "APPROVE" ? _("%(name)s approves of version %(n)s", values) : _("%(name)s asks for changes of version %(n)s", values);
}

function decided({ state: became, decidedBy, declineReason, skills }) {
  const words = { ACCEPTED: _("Accepted"), DECLINED: _("Declined"), WITHDRAWN: _("Withdrawn") };
  const applied = skills.filter(({ appliedRevision }) => appliedRevision);
  return html`${words[became]}${decidedBy ? html`, ${person(decidedBy)}` : nothing}${declineReason
    ? html` · ${declineWord(declineReason)}`
    : nothing}${applied.map(({ skill, appliedRevision }) => html` · ${skills.length > 1 ? `${skill.name}: ` : nothing}${counted.revision(appliedRevision)}`)}`;
}

/** What it said before. */
export const versions = (proposal) => html`<section aria-labelledby="versions"><h2 id="versions">${_("Earlier versions")}</h2>
  ${proposal.versions.slice(0, -1).toReversed().map((one) => html`<details><summary class="plain">${_("Version %(n)s", { n: number(one.number) })} · ${day(one.writtenAt)} · ${personName(one.writtenBy)}</summary>
    <article class="difference"><h3>${one.title}</h3>
      ${one.reason ? html`<div class="prose">${prose(one.reason)}</div>` : nothing}
      <dl>${one.skills.flatMap(({ skill, changes }) => changes.map((change) => change.fields.map((each) => html`<div>
        <dt>${titleOf({ ...change, skill }, one)}: ${field(each.field)}</dt>
        ${each.before === null ? nothing : html`<dd><del>${valueWord(each.field, each.before)}</del></dd>`}
        ${each.after === null ? nothing : html`<dd><ins>${valueWord(each.field, each.after)}</ins></dd>`}</div>`)))}</dl>
    </article></details>`)}</section>`;
