// Doing something: one act at a time, its refusals shown where it was begun.
import { html, nothing } from "../vendor/lit.js";
import { act, know, refresh, Refusal } from "../client.js";
import { valueWord } from "../pieces.js";
import { _, first } from "../words.js";

/** What a view knows of its acts: which one is under way, and what the last one was told. */
export class Acting {
  constructor(view) {
    this.view = view;
    this.isBusy = false;
    this.faults = [];
  }

  /** Do it; the payload where nothing was wrong, else null, with the faults to show. */
  async do(operation, input) {
    if (this.isBusy) return null;
    return this.attempt(async () => {
      const payload = await act(operation, input);
      this.faults = await worded(payload.userErrors);
      return payload.userErrors.length ? null : payload;
    });
  }

  /** What a query answers, for an act to go on with; null where it was refused. */
  ask(operation, variables) {
    return this.attempt(async () => {
      await know([operation]);
      const { data, error } = await refresh(operation, variables);
      if (error) throw new Refusal(error);
      return data;
    });
  }

  async attempt(what) {
    this.isBusy = true;
    this.faults = [];
    this.view.requestUpdate();
    try {
      return await what();
    } catch (refusal) {
      if (refusal.code === undefined) throw refusal;
      this.faults = await worded([{ message: told(refusal), code: refusal.code, path: [] }]);
      return null;
    } finally {
      this.isBusy = false;
      this.view.requestUpdate();
    }
  }

  /** The faults of the last act, read out as they come; `about` names what a fault is about, or nothing. */
  shown(about = () => null) {
    const fault = (each) => html`<li>${about(each) ? html`<strong>${about(each)}:</strong> ` : nothing}${each.message}${each.field ? moved(each.field, each) : nothing}</li>`;
    return html`<div role="alert" class="faults">${this.faults.length ? html`<ul>${this.faults.map(fault)}</ul>` : nothing}</div>`;
  }
}

/** Faults with their messages in the reader's language. */
export async function worded(faults) {
  if (!faults.length || first.language === "en") return faults;
  const { sentence } = await import("./faults.js");
  return faults.map((fault) => ({ ...fault, message: sentence(fault) }));
}

/** What a refusal comes to, in words. */
export function told(refusal) {
  if (refusal.code === "UNAUTHENTICATED") return _("You are not signed in any more. Sign in, and send it again.");
  if (refusal.code === "NETWORK") return _("The server cannot be reached. Nothing is lost: try again in a moment.");
  return refusal.message;
}

/** A field that has moved while somebody wished to change it: what it was, what it is, and what it was to be. */
export const moved = (name, { base, current, proposed }) => html`<dl class="moved">
  <div><dt>${_("When it was written")}</dt><dd>${valueWord(name, base ?? "–")}</dd></div>
  <div><dt>${_("Now")}</dt><dd>${valueWord(name, current ?? "–")}</dd></div>
  <div><dt>${_("Proposed")}</dt><dd>${valueWord(name, proposed ?? "–")}</dd></div>
</dl>`;
