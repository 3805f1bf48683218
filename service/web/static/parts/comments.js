// The discussion of a skill or a proposal. It is loaded late, and has three states that nobody can mistake for each
// other: not there yet, failed, and nothing said so far.
import { html, LitElement, nothing, repeat, unsafeHTML } from "../vendor/lit.js";
import { follow, know, refresh } from "../client.js";
import { day, may, person, signInAddress } from "../pieces.js";
import { _, number } from "../words.js";
import { Acting } from "./acting.js";
import { Mentioning } from "./mentioning.js";
import { hiding, isModerator, locking, reporting } from "./order.js";

const REACTIONS = { AGREE: "👍", DISAGREE: "👎", THANKS: "🙏", CELEBRATE: "🎉", PUZZLED: "🤔", LOOKING: "👀" };

class CommentList extends LitElement {
  static properties = { subject: {}, viewer: { attribute: false }, owner: {}, result: { state: true }, writing: { state: true } };

  acting = new Acting(this);
  mentioning = new Mentioning(this);

  constructor() {
    super();
    this.writing = null; // what is being written: `{to}` a thread, or `{edit}` a comment of one's own
  }

  createRenderRoot() {
    this.replaceChildren();
    return this;
  }

  // Not when it is connected: what was set before this module was there comes with the first update.
  willUpdate(changed) {
    if (changed.has("subject")) this.begin();
  }

  /** Follow the discussion; where not even its operation can be loaded, say so like any other failure. */
  async begin() {
    this.end?.();
    this.end = null;
    try {
      await know(["Comments"]);
    } catch (refusal) {
      if (refusal.code === undefined) throw refusal;
      this.result = { error: refusal };
      return;
    }
    this.end = follow("Comments", { subject: this.subject }, (result) => (this.result = result));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.end?.();
  }

  render() {
    if (!this.result) return html`<div class="skeleton" aria-busy="true"><p class="hidden">${_("Loading comments …")}</p><div></div></div>`;
    if (this.result.error) {
      return html`<p class="notice" role="alert">${_("The comments could not be loaded.")}
        <button type="button" class="button" @click=${this.again}>${_("Try again")}</button></p>`;
    }
    const { isDiscussionLocked, comments } = this.result.data.node;
    const { nodes } = comments;
    const mayWrite = this.viewer && (!isDiscussionLocked || isModerator(this.viewer));
    return html`${nodes.length ? repeat(nodes, (one) => one.id, (one) => this.thread(one)) : html`<p class="empty">${_("Nothing said so far.")}</p>`}
      ${isDiscussionLocked ? html`<p class="notice">${_("A moderator has locked this discussion: nobody else writes here for now.")}</p>` : nothing}
      ${mayWrite ? this.form({ subjectId: this.subject }, _("Say something"), "") : nothing}
      ${this.viewer ? nothing : html`<p><a class="button" href=${signInAddress()} data-whole>${_("Sign in to say something")}</a></p>`}
      ${isModerator(this.viewer) ? locking(this.subject, isDiscussionLocked, this.keepOrder) : nothing}`;
  }

  thread(one) {
    const { to } = this.writing ?? {};
    return html`<article class="thread">
      ${this.said(one)}${one.replies.nodes.map((reply) => this.said(reply))}
      ${one.resolvedAt
        ? html`<p class="quiet"><span class="badge accepted">${_("Settled")}</span> ${person(one.resolvedBy)} · ${day(one.resolvedAt)}</p>`
        : nothing}
      ${to === one.id ? this.form({ inReplyTo: one.id }, _("Answer"), "") : nothing}
      ${this.viewer && to !== one.id
        ? html`<p class="acts"><button type="button" class="plain" @click=${() => (this.writing = { to: one.id })}>${_("Answer")}</button>${this.settling(one)}</p>`
        : nothing}
    </article>`;
  }

  /** A thread is settled, or reopened, by who began it, by the proposal's author, and by reviewers. */
  settling(one) {
    const { id } = this.viewer.person;
    if (one.author?.id !== id && this.owner !== id && !may(this.viewer, "REVIEWER")) return nothing;
    const settle = () => this.do(one.resolvedAt ? "ReopenThread" : "ResolveThread", { commentId: one.id });
    return html`<button type="button" class="plain" ?disabled=${this.acting.isBusy} @click=${settle}>${one.resolvedAt ? _("Reopen") : _("Settle")}</button>`;
  }

  said(one) {
    const isOwn = this.viewer && one.author?.id === this.viewer.person.id;
    const withheld = { DELETED: _("Taken back by its author."), HIDDEN: _("Hidden by a moderator."), REJECTED: _("Not let through by a moderator."), HELD: _("Waiting for a moderator.") };
    if (this.writing?.edit === one.id) return html`<div class="said">${this.form({ commentId: one.id }, _("Keep the change"), this.mentioning.written(one.body, one.bodyHtml))}</div>`;
    return html`<div class="said">
      <p class="quiet"><strong>${person(one.author)}</strong> · ${day(one.createdAt)}${one.editedAt ? html` · ${_("edited")}` : nothing}</p>
      ${one.bodyHtml === null ? html`<p class="quiet">${withheld[one.state]}</p>` : html`<div class="prose">${unsafeHTML(one.bodyHtml)}</div>`}
      <p class="acts">${this.reactions(one)}
        ${isOwn && one.body !== null
          ? html`<button type="button" class="plain" @click=${() => (this.writing = { edit: one.id })}>${_("Edit")}</button>
              <button type="button" class="plain" @click=${() => this.do("DeleteComment", { commentId: one.id })}>${_("Delete")}</button>`
          : nothing}</p>
      ${this.viewer && !isOwn && one.body !== null ? reporting(one.id, this.keepOrder) : nothing}
      ${isModerator(this.viewer) && ["SHOWN", "HIDDEN"].includes(one.state) ? hiding(one.id, one.state === "HIDDEN", this.keepOrder) : nothing}
    </div>`;
  }

  reactions(one) {
    if (one.bodyHtml === null) return nothing;
    const counts = new Map(one.reactions.map(({ kind, count }) => [kind, count]));
    const words = { AGREE: _("Agree"), DISAGREE: _("Disagree"), THANKS: _("Thanks"), CELEBRATE: _("Celebrate"), PUZZLED: _("Puzzled"), LOOKING: _("Looking into it") };
    return Object.entries(REACTIONS)
      .filter(([kind]) => this.viewer || counts.has(kind))
      .map(([kind, sign]) => {
        const isMine = one.viewerReactions?.includes(kind) ?? false;
        const toggle = () => this.do(isMine ? "RemoveReaction" : "AddReaction", { commentId: one.id, kind });
        return html`<button type="button" class="plain" aria-label="${words[kind]}, ${number(counts.get(kind) ?? 0)}" aria-pressed=${isMine} ?disabled=${!this.viewer} @click=${toggle}>${sign} ${counts.has(kind) ? number(counts.get(kind)) : nothing}</button>`;
      });
  }

  form(to, words, text) {
    const send = (event) => {
      event.preventDefault();
      this.send(event.target, to);
    };
    return html`<form class="writing" @submit=${send}>
      ${this.mentioning.field(`body-${Object.values(to)[0]}`, words, text)}
      ${this.acting.shown()}
      <p class="acts"><button class="button" ?disabled=${this.acting.isBusy}>${_("Send")}</button>
      ${"subjectId" in to ? nothing : html`<button type="button" class="plain" @click=${() => (this.writing = null)}>${_("Never mind")}</button>`}</p>
    </form>`;
  }

  async send(form, to) {
    const body = this.mentioning.sent(new FormData(form).get("body"));
    const isEdit = "commentId" in to;
    const done = await this.do(isEdit ? "EditComment" : "AddComment", { ...to, body, ...(isEdit ? {} : { idempotencyKey: crypto.randomUUID() }) });
    if (!done) return;
    form.reset();
    this.writing = null;
  }

  async do(operation, input) {
    const done = await this.acting.do(operation, input);
    if (done) await this.again();
    return done;
  }

  keepOrder = (operation, input) => this.do(operation, input);

  again = () => (this.end ? refresh("Comments", { subject: this.subject }) : this.begin());
}

customElements.define("comment-list", CommentList);
