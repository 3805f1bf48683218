// Why somebody has been told of something, or has not: for whoever is asked about a mail that did not come.
import { html } from "../vendor/lit.js";
import { moderators } from "../parts/moderators.js";
import { option, traces, withOne } from "../parts/tracing.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Traces extends View {
  title() {
    return _("Who was told");
  }

  body(data, query) {
    return html`<div class="view traces">${moderators("/moderation/told", this.title(), data.viewer, () => html`${form(data, query)}${data.traced ? traces(data.traced.whyNotNotified, outcomeWord) : html`<p class="empty">${_("Choose a person, and a skill or a proposal, to see what became of each event.")}</p>`}`)}</div>`;
  }
}

function form({ moderation, skills, proposals, whom, about }, query) {
  const [chosen, subject] = [query.get("person"), query.get("subject")];
  const people = withOne(moderation.people.nodes, whom);
  const found = withOne(skills.nodes, about?.slug ? about : null);
  const numbered = withOne(proposals.nodes, about?.number ? about : null);
  return html`<form method="get" action="/moderation/told" class="chooser">
    <label>${_("Part of the person's name")} <input type="search" name="name" maxlength="100" .value=${query.get("name") ?? ""}></label>
    <label>${_("Words of the skill")} <input type="search" name="search" maxlength="200" .value=${query.get("search") ?? ""}></label>
    <label>${_("Person")} <select name="person">${option("", _("Choose a person"), chosen ?? "")}${people.map((one) => option(one.id, one.name, chosen))}</select></label>
    <label>${_("Skill or proposal")} <select name="subject">${option("", _("Choose a skill or a proposal"), subject ?? "")}<optgroup label=${_("Skills")}>${found.map((one) => option(one.id, one.name, subject))}</optgroup><optgroup label=${_("Proposals")}>${numbered.map((one) => option(one.id, `#${one.number} ${one.title}`, subject))}</optgroup></select></label>
    <button class="button">${_("Show")}</button>
  </form>`;
}

const outcomeWord = (outcome) =>
  ({
    SENT: _("The mail was sent"), BOUNCED: _("The mail came back"), WAITING: _("The mail waits"), FAILED: _("The mail was refused"),
    INBOX_ONLY: _("In the inbox alone, as they wished"), NOT_TOLD_YET: _("Nobody has been told yet"),
    NOT_WATCHED: _("They did not watch it"), ACTOR: _("It was their own doing"), MUTED: _("They have muted it"),
    OTHER_LEVEL: _("It is about other levels than theirs"), ADDRESS_SUPPRESSED: _("In the inbox alone: mail to them came back"),
    WATCH_ENDED: _("They stopped watching before the mail went"), UNDONE: _("It was undone before the mail went"),
    DIGESTS_OFF: _("In the inbox alone: they get no digests"),
  })[outcome] ?? outcome;
