// What the reader has been told: read, done, and all at once.
import { html, nothing } from "../vendor/lit.js";
import { all, day, more, person, signInAddress, stopped } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { showUnread } from "../parts/unread.js";
import { View } from "../view.js";
import { _, ngettext } from "../words.js";

export default class Inbox extends View {
  acting = new Acting(this);

  connectedCallback() {
    super.connectedCallback();
    window.addEventListener("notified", this.again);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("notified", this.again);
  }

  title() {
    return _("Inbox");
  }

  body({ viewer }, query) {
    return html`<div class="view inbox">
      <header class="title"><h1>${_("Inbox")}</h1>
        ${viewer ? html`<p class="lead">${_("What happened to what you watch, propose and review; it is kept for 180 days.")} <a href="/settings/mail">${_("How mail comes")}</a> · <a href="/inbox/why">${_("Why was I not told?")}</a></p>` : nothing}</header>
      ${viewer ? [stopped(viewer.settings), this.list(viewer.notifications, all(query), query)] : html`<p class="empty">${_("Sign in to see what you have been told.")} <a href=${signInAddress()} data-whole>${_("Sign in")}</a></p>`}
    </div>`;
  }

  list({ totalCount, nodes, pageInfo }, wish, query) {
    const upTo = nodes[0] && { upToId: nodes[0].id };
    return html`<form method="get" class="chooser">
        <label>${_("Show")} <select name="isDone"><option value="">${_("To do")}</option><option value="true" ?selected=${wish.isDone === "true"}>${_("Done")}</option></select></label>
        <label>${_("Read")} <select name="isRead"><option value="">${_("Read and unread")}</option><option value="false" ?selected=${wish.isRead === "false"}>${_("Unread")}</option></select></label>
        <label>${_("Because")} <select name="reason"><option value="">${_("For any reason")}</option>${Object.entries(because()).map(([value, words]) => html`<option value=${value} ?selected=${wish.reason === value}>${words}</option>`)}</select></label>
        <button class="button">${_("Show")}</button>
      </form>
      ${this.acting.faults.length ? this.acting.shown() : nothing}
      <section aria-labelledby="list"><h2 id="list">${ngettext("%(n)s notification", "%(n)s notifications", totalCount)}</h2>
        ${nodes.length
          ? html`<p class="acts"><button type="button" class="button" @click=${() => this.do("MarkAllNotificationsRead", upTo)}>${_("Mark all as read")}</button>
              <button type="button" class="button" @click=${() => this.do("MarkAllNotificationsDone", upTo)}>${_("All done")}</button></p>
            <ul class="told">${nodes.map((one) => this.line(one))}</ul>${more(pageInfo, "/inbox", query)}`
          : html`<p class="empty">${_("Nothing here.")}</p>`}</section>`;
  }

  line(one) {
    const isRead = one.readAt !== null;
    const isDone = one.doneAt !== null;
    const ids = { notificationIds: [one.id] };
    const open = () => isRead || this.do("MarkNotificationsRead", ids);
    return html`<li class="line ${isRead ? "" : "unread"}"><div>
        <p>${isRead ? nothing : html`<span class="badge new">${_("New")}</span>`} <a href=${placeOf(one)} @click=${open}>${one.proposal?.title ?? one.skill?.name ?? _("The catalogue")}</a> ${impact(one.impact)}</p>
        <p class="quiet">${sentence(one)} · ${because()[one.reason]} · ${day(one.createdAt)}</p></div>
      <p class="acts"><button type="button" class="plain" @click=${() => this.do("MarkNotificationsRead", { ...ids, isRead: !isRead })}>${isRead ? _("Mark as unread") : _("Mark as read")}</button>
        <button type="button" class="plain" @click=${() => this.do("MarkNotificationsDone", { ...ids, isDone: !isDone })}>${isDone ? _("Not done yet") : _("Done")}</button></p></li>`;
  }

  async do(operation, input) {
    const done = await this.acting.do(operation, input);
    if (done) showUnread(done.viewer.unreadCount);
  }
}

const because = () => ({
  MENTIONED: _("you were mentioned"), AUTHOR: _("you proposed it"),
  REVIEW_REQUESTED: _("you are asked to review it"), DECIDED: _("you decided on it"), REVIEWER: _("you reviewed it"),
  COMMENTED: _("you took part"), WATCHING: _("you watch it"),
});

/** What has happened, in a sentence; a kind that is newer than this page has none of its own. */
function sentence({ kind, actor }) {
  const name = actor ? person(actor) : _("Somebody");
  const words = {
    CATALOGUE_IMPORTED: _("The catalogue was imported anew"), COMMENT_WRITTEN: _("%(name)s said something", { name }),
    PROPOSAL_CREATED: _("%(name)s proposed a change", { name }), PROPOSAL_EDITED: _("%(name)s changed the proposal", { name }),
    PROPOSAL_REVIEWED: _("%(name)s reviewed the proposal", { name }), PROPOSAL_ACCEPTED: _("%(name)s accepted the change", { name }),
    PROPOSAL_DECLINED: _("%(name)s declined the proposal", { name }), PROPOSAL_WITHDRAWN: _("%(name)s took the proposal back", { name }),
    PROPOSAL_MARKED_STALE: _("Nobody has gone on with it for a while"), PROPOSAL_EXPIRED: _("It was closed, since nobody went on with it"),
    REVISION_REVERTED: _("%(name)s undid a change", { name }),
  };
  return words[kind] ?? _("Something happened");
}

function impact(value) {
  const words = {
    NECESSITY_FLIPPED: _("Required and optional changed"), MY_LEVEL: _("Your level"), NEXT_LEVEL: _("Your next level"),
    OTHER_ROLE: _("Others alone"), COSMETIC: _("Wording"),
  };
  return value ? html`<span class="badge kind">${words[value] ?? value}</span>` : nothing;
}

const placeOf = ({ proposal, skill, comment }) =>
  `${proposal ? `/proposals/${proposal.number}` : skill ? `/skills/${skill.slug}` : "/"}${comment ? "#comments" : ""}`;
