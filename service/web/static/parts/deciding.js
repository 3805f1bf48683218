// What may be done with an open proposal: its author takes it back, a reviewer accepts or declines it.
import { html, nothing } from "../vendor/lit.js";
import { _ } from "../words.js";

const REVIEWERS = ["REVIEWER", "MAINTAINER", "ADMIN"];

export const isReviewer = (viewer) => REVIEWERS.includes(viewer?.role);

export function deciding(proposal, viewer, acting) {
  const proposalId = proposal.id;
  if (proposal.author?.id === viewer.person.id) {
    return html`<div class="deciding">${acting.shown()}
      <p class="acts"><a class="button" href="/proposals/${proposal.number}/edit">${_("Edit the proposal")}</a>
        <button type="button" class="button" ?disabled=${acting.isBusy} @click=${() => acting.do("WithdrawProposal", { proposalId })}>${_("Take it back")}</button></p></div>`;
  }
  if (!isReviewer(viewer)) return nothing;
  const decline = (event) => {
    event.preventDefault();
    return acting.do("DeclineProposal", { proposalId, reason: new FormData(event.target).get("reason") });
  };
  return html`<div class="deciding">${acting.shown()}
    <p class="acts"><button type="button" class="button strong" ?disabled=${acting.isBusy} @click=${() => acting.do("AcceptProposal", { proposalId })}>${_("Accept")}</button></p>
    <details><summary class="button">${_("Decline …")}</summary>
      <form class="writing" @submit=${decline}>
        <label>${_("Reason, for its author to read")} <textarea name="reason" required maxlength="5000"></textarea></label>
        <p><button class="button" ?disabled=${acting.isBusy}>${_("Decline")}</button></p>
      </form>
    </details></div>`;
}
