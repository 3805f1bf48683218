// Why the reader has been told of something, or has not.
import { html } from "../vendor/lit.js";
import { option, traces, withOne } from "../parts/tracing.js";
import { breadcrumb, signInAddress } from "../pieces.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Why extends View {
  title() {
    return _("Why was I not told?");
  }

  body({ viewer, skills, told, about }, query) {
    return html`<div class="view why">
      ${breadcrumb(html`<a href="/inbox">${_("Inbox")}</a>`)}
      <header class="title"><h1>${this.title()}</h1></header>
      ${viewer
        ? html`${form(viewer.watches.nodes, skills.nodes, about, query)}${told
            ? traces(told.whyNotNotified, outcomeWord)
            : html`<p class="empty">${_("Choose a skill or a proposal to see what became of each event.")}</p>`}`
        : html`<p class="empty">${_("Sign in to see what you have been told.")} <a href=${signInAddress()} data-whole>${_("Sign in")}</a></p>`}
    </div>`;
  }
}

function form(watches, skills, about, query) {
  const chosen = query.get("subject");
  const watched = watches.map(({ skill, proposal }) => skill ?? proposal).filter(Boolean);
  const subject = about?.slug || about?.number ? about : null; // what has neither is nothing that is told of
  const others = withOne(skills, subject).filter(({ id }) => watched.every((one) => one.id !== id));
  const choices = (items) => items.map((one) => option(one.id, one.number ? `#${one.number} ${one.title}` : one.name, chosen));
  return html`<form method="get" action="/inbox/why" class="chooser">
    <label>${_("Words of the skill")} <input type="search" name="search" maxlength="200" .value=${query.get("search") ?? ""}></label>
    <label>${_("Skill or proposal")} <select name="subject">${option("", _("Choose a skill or a proposal"), chosen ?? "")}<optgroup label=${_("What you watch")}>${choices(watched)}</optgroup><optgroup label=${_("Others")}>${choices(others)}</optgroup></select></label>
    <button class="button">${_("Show")}</button>
  </form>`;
}

const outcomeWord = (outcome) =>
  ({
    SENT: _("The mail was sent"), BOUNCED: _("The mail came back"), WAITING: _("The mail waits"), FAILED: _("The mail was refused"),
    INBOX_ONLY: _("In the inbox alone, as you wished"), NOT_TOLD_YET: _("Nobody has been told yet"),
    NOT_WATCHED: _("You did not watch it"), ACTOR: _("It was your own doing"), MUTED: _("You have muted it"),
    OTHER_LEVEL: _("It is about other levels than yours"), ADDRESS_SUPPRESSED: _("In the inbox alone: mail to you came back"),
    WATCH_ENDED: _("You stopped watching before the mail went"), UNDONE: _("It was undone before the mail went"),
    DIGESTS_OFF: _("In the inbox alone: you get no digests"),
  })[outcome] ?? outcome;
