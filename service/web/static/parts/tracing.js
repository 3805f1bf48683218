// What came of events for somebody: for moderators, and for whoever asks about themselves.
import { html, nothing } from "../vendor/lit.js";
import { day } from "../pieces.js";
import { _ } from "../words.js";
import { kindWord } from "./kinds.js";

/** The events, the newest first; `outcomeWord` says what came of each. */
export function traces(found, outcomeWord) {
  if (!found.length) return html`<p class="empty">${_("Nothing has happened there of which anybody is told.")}</p>`;
  return html`<ol class="timeline">${found.map((one) => html`<li>${day(one.happenedAt)} · ${kindWord(one.kind)}: <strong>${outcomeWord(one.outcome)}</strong>
    ${one.sentAt ? html` <span class="quiet">${_("Sent")} ${day(one.sentAt)}</span>` : nothing}${one.dueAt ? html` <span class="quiet">${_("Due")} ${day(one.dueAt)}</span>` : nothing}
    ${one.error ? html`<div class="prose reason"><p>${one.error}</p></div>` : nothing}</li>`)}</ol>`;
}

/** The one that the address names stands among them, whatever was found. */
export const withOne = (items, one) => (one && items.every(({ id }) => id !== one.id) ? [one, ...items] : items);

export const option = (value, words, chosen) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`;
