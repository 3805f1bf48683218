// What may be done with a proposal: its author edits it or takes it back; a reviewer says what they think of it, accepts
// it as it is or with other words, declines it, or undoes it later; both write it against the present text.
import { html, nothing } from "../vendor/lit.js";
import { may } from "../pieces.js";
import { _, number } from "../words.js";
import { allFields, choicesOf, choosing, movedFields } from "./choosing.js";
import { declineWord } from "./standing.js";
import { undoing } from "./undoing.js";
import { unfolding } from "./unfolding.js";

const DECLINE_REASONS = ["INACCURATE", "DUPLICATE", "OUT_OF_SCOPE", "UNCLEAR", "STALE", "OTHER"];

/** The acts of an open proposal, or of one that is accepted. */
export function deciding(proposal, viewer, acting) {
  if (!viewer) return nothing;
  const isOwn = proposal.author?.id === viewer.person.id;
  const isReviewer = may(viewer, "REVIEWER");
  if (proposal.state === "ACCEPTED" && isReviewer) return reverting(proposal, acting);
  if (proposal.state !== "OPEN" || !(isOwn || isReviewer)) return nothing;
  return html`<div class="deciding">${acting.shown()}
    ${isOwn ? own(proposal, acting) : accepting(proposal, acting)}
    ${proposal.isOutdated ? rebasing(proposal, acting) : nothing}
    ${isOwn ? nothing : html`${reviewing(proposal, acting)}${declining(proposal, acting)}`}</div>`;
}

const own = ({ id, number: called }, acting) => html`<p class="acts">
  <a class="button" href="/proposals/${called}/edit">${_("Edit the proposal")}</a>
  <button type="button" class="button" ?disabled=${acting.isBusy} @click=${() => acting.do("WithdrawProposal", { proposalId: id })}>${_("Take it back")}</button></p>`;

function accepting(proposal, acting) {
  const given = { proposalId: proposal.id, version: proposal.version };
  const items = allFields(proposal);
  const accept = (form) => acting.do("AcceptProposal", { ...given, edits: choicesOf(form, items) });
  return html`<p class="acts"><button type="button" class="button strong" ?disabled=${acting.isBusy} @click=${() => acting.do("AcceptProposal", given)}>${_("Accept")}</button></p>
    ${unfolding(
      _("Accept with other words …"),
      accept,
      html`<p class="quiet">${_("What you choose becomes a version of yours and is applied at once; its author and you are credited both.")}</p>
        ${choosing(items)}
        <p><button class="button strong" ?disabled=${acting.isBusy}>${_("Accept it like that")}</button></p>`,
    )}`;
}

function rebasing(proposal, acting) {
  const items = movedFields(proposal);
  const rebase = (form) => acting.do("RebaseProposal", { proposalId: proposal.id, version: proposal.version, choices: choicesOf(form, items) });
  return unfolding(
    _("Write it against the present text …"),
    rebase,
    html`<p class="quiet">${items.length
        ? _("Say for each field that has moved what is to stand there. It becomes version %(n)s.", { n: number(proposal.version + 1) })
        : _("None of its fields has moved. It becomes version %(n)s.", { n: number(proposal.version + 1) })}</p>
      ${choosing(items)}
      <p><button class="button" ?disabled=${acting.isBusy}>${_("Write it anew")}</button></p>`,
  );
}

function reviewing(proposal, acting) {
  const review = (form, verdict) =>
    acting.do("ReviewProposal", { proposalId: proposal.id, version: proposal.version, verdict, text: new FormData(form).get("text") });
  return unfolding(
    _("Say what you think of it …"),
    review,
    html`<label>${_("What you think of it; needed to ask for changes")} <textarea name="text" maxlength="5000"></textarea></label>
      <p class="acts"><button class="button" value="APPROVE" ?disabled=${acting.isBusy}>${_("Approve")}</button>
        <button class="button" value="REQUEST_CHANGES" ?disabled=${acting.isBusy}>${_("Ask for changes")}</button></p>`,
  );
}

function declining(proposal, acting) {
  const decline = (form) => acting.do("DeclineProposal", { proposalId: proposal.id, ...Object.fromEntries(new FormData(form)) });
  return unfolding(
    _("Decline …"),
    decline,
    html`<label>${_("In a word")} <select name="why">${DECLINE_REASONS.map((why) => html`<option value=${why} ?selected=${why === "OTHER"}>${declineWord(why)}</option>`)}</select></label>
      <label>${_("Reason, for its author to read")} <textarea name="reason" required maxlength="5000"></textarea></label>
      <p><button class="button" ?disabled=${acting.isBusy}>${_("Decline")}</button></p>`,
  );
}

function reverting(proposal, acting) {
  const applied = proposal.skills.find(({ appliedRevision }) => appliedRevision);
  if (!applied) return nothing; // the catalogue had come to say all of it already
  const undo = async (reason) => {
    const data = await acting.ask("AppliedRevision", { skill: applied.skill.slug, number: applied.appliedRevision });
    const done = data && (await acting.do("RevertRevision", { revisionId: data.revision.id, reason }));
    if (done) window.dispatchEvent(new CustomEvent("go", { detail: `/skills/${applied.skill.slug}/history` }));
    return done;
  };
  return html`<div class="deciding">${acting.shown()}${undoing(acting, undo)}</div>`;
}
