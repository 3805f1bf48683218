// What was done to keep order, the newest first.
import { html, nothing } from "../vendor/lit.js";
import { day, more, person, roleWord } from "../pieces.js";
import { moderators } from "../parts/moderators.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Log extends View {
  title() {
    return _("Log");
  }

  body({ viewer, moderation }, query) {
    return html`<div class="view log">${moderators("/moderation/log", this.title(), viewer, () => entries(moderation.auditLog, query))}</div>`;
  }
}

const entries = ({ nodes, pageInfo }, query) =>
  nodes.length
    ? html`<ol class="timeline">${nodes.map(entry)}</ol>${more(pageInfo, "/moderation/log", query)}`
    : html`<p class="empty">${_("Nothing has been done yet.")}</p>`;

function entry(one) {
  const words = {
    CONTENT_APPROVED: _("let through"), CONTENT_HIDDEN: _("hid"), CONTENT_REJECTED: _("refused"), CONTENT_SHOWN: _("showed again"),
    DISCUSSION_LOCKED: _("locked the discussion"), DISCUSSION_UNLOCKED: _("unlocked the discussion"), PERSON_RESUMED: _("ended the suspension"),
    PERSON_SUSPENDED: _("suspended"), REPORT_DISMISSED: _("left as it is"), ROLE_SET: _("gave a role"),
    WEBHOOK_CHANGED: _("changed a webhook"), WEBHOOK_CREATED: _("made a webhook"), WEBHOOK_REMOVED: _("removed a webhook"),
    WEBHOOK_RENEWED: _("gave a webhook another secret"),
  };
  const { before, after, host } = JSON.parse(one.details); // of a role; of a webhook
  return html`<li>${day(one.happenedAt)} · ${person(one.actor)}: <strong>${words[one.action]}</strong> ${subject(one)}${host ?? nothing}
    ${before && before.role !== after.role ? html`<span class="quiet">${roleWord(before.role)} → ${roleWord(after.role)}</span>` : nothing}
    ${one.reason ? html`<div class="prose reason"><p>${one.reason}</p></div>` : nothing}</li>`;
}

function subject({ person: whom, proposal, comment, skill }) {
  if (whom) return person(whom);
  if (proposal) return html`<a href="/proposals/${proposal.number}">#${proposal.number} ${proposal.title}</a>`;
  if (comment) return html`<a href="/skills/${comment.skill.slug}#comments">${_("a comment on %(name)s", { name: comment.skill.name })}</a>`;
  return skill ? html`<a href="/skills/${skill.slug}#comments">${skill.name}</a>` : nothing;
}
