// The programs that hear of what is published: where they are, what each was sent, and what came of each try.
import { html, nothing } from "../vendor/lit.js";
import { day, more, person } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { KINDS, kindWord } from "../parts/kinds.js";
import { moderators } from "../parts/moderators.js";
import { unfolding } from "../parts/unfolding.js";
import { View } from "../view.js";
import { _, moment, ngettext, number } from "../words.js";

export default class Webhooks extends View {
  acting = new Acting(this);
  secret = null; // of a webhook that has just been given one: nobody can tell it again

  title() {
    return _("Webhooks");
  }

  body({ viewer, moderation }, query) {
    return html`<div class="view webhooks">${moderators("/moderation/webhooks", this.title(), viewer, () => this.list(moderation.webhooks, query))}</div>`;
  }

  list({ nodes, pageInfo }, query) {
    return html`${this.acting.faults.length ? this.acting.shown() : nothing}
      ${this.secret ? html`<div role="status"><p>${_("Keep this now; it is not shown again:")}</p><code class="secret">${this.secret}</code></div>` : nothing}
      ${nodes.length ? html`<ol class="queued">${nodes.map((one) => this.webhook(one))}</ol>` : html`<p class="empty">${_("No program is told of anything yet.")}</p>`}
      ${more(pageInfo, "/moderation/webhooks", query)}
      ${unfolding(
        _("Tell a program …"),
        (form) => this.give("CreateWebhook", wish(form)),
        html`${fields("https://", [])}<p><button class="button" ?disabled=${this.acting.isBusy}>${_("Make the webhook")}</button></p>`,
      )}`;
  }

  webhook(one) {
    const { id, url, kinds } = one;
    const turn = () => this.do("UpdateWebhook", { webhookId: id, isEnabled: one.disabledAt !== null });
    return html`<li><article id=${id}><h2>${url}</h2>
      <p>${standing(one)} <span class="quiet">${kinds.length ? kinds.map(kindWord).join(", ") : _("all that is published")} · ${person(one.createdBy)} · ${day(one.createdAt)}</span></p>
      <div class="acts">
        <button type="button" class="plain" ?disabled=${this.acting.isBusy} @click=${turn}>${one.disabledAt ? _("Turn on") : _("Turn off")}</button>
        ${unfolding(
          _("Change …"),
          (form) => this.do("UpdateWebhook", { webhookId: id, ...wish(form) }),
          html`${fields(url, kinds)}<p><button class="button">${_("Save")}</button></p>`,
          "plain",
        )}
        ${sure(_("Another secret …"), _("The secret before is none at once."), _("Give it another secret"), () => this.give("RotateWebhookSecret", { webhookId: id }))}
        ${sure(_("Remove …"), _("Its log goes too."), _("Remove it"), () => this.do("DeleteWebhook", { webhookId: id }))}
      </div>
      ${this.log(one)}</article></li>`;
  }

  log({ deliveries: { nodes, totalCount }, disabledAt }) {
    if (!nodes.length) return html`<p class="quiet">${_("Nothing has been sent yet.")}</p>`;
    return html`<details><summary class="plain">${ngettext("%(n)s delivery within 30 days", "%(n)s deliveries within 30 days", totalCount)}</summary>
      <ol class="timeline">${nodes.map((each) => html`<li>${moment(each.createdAt)} · ${kindWord(each.event.kind)} ${about(each.event)} ${state(each)}
        ${disabledAt ? nothing : html`<button type="button" class="plain" ?disabled=${this.acting.isBusy} @click=${() => this.do("Redeliver", { deliveryId: each.id })}>${_("Send it once more")}</button>`}
        <ul>${each.attempts.map((attempt) => html`<li class="quiet">${tried(attempt)}</li>`)}</ul></li>`)}</ol></details>`;
  }

  /** An act that comes with a new secret. */
  async give(operation, input) {
    const done = await this.do(operation, input);
    if (done) this.secret = done.secret;
    this.requestUpdate();
    return done;
  }

  async do(operation, input) {
    const done = await this.acting.do(operation, input);
    if (done) await this.again();
    return done;
  }
}

const wish = (form) => ({ url: new FormData(form).get("url"), kinds: new FormData(form).getAll("kind") });

const fields = (url, kinds) => html`<label>${_("Address, by https")} <input type="url" name="url" required maxlength="500" value=${url}></label>
  <fieldset><legend>${_("What it hears of; all where nothing is chosen")}</legend>${KINDS.map(
    (kind) => html`<label class="check"><input type="checkbox" name="kind" value=${kind} ?checked=${kinds.includes(kind)}> ${kindWord(kind)}</label>`,
  )}</fieldset>`;

/** An act that is asked for twice. */
const sure = (words, warning, button, act) => unfolding(words, act, html`<p>${warning}</p><p><button class="button">${button}</button></p>`, "plain");

function standing({ disabledAt, disabledBecause, failingSince }) {
  const ends = { TURNED_OFF: _("Turned off"), FAILING: _("Off: it failed for five days"), GONE: _("Off: it wants nothing more") };
  if (disabledAt) return html`<span class="badge declined">${ends[disabledBecause]}</span>`;
  if (failingSince) return html`<span class="badge raised long">${_("Failing since %(when)s", { when: moment(failingSince) })}</span>`;
  return html`<span class="badge accepted">${_("On")}</span>`;
}

function state({ state: value, dueAt }) {
  if (value === "DELIVERED") return html`<span class="badge accepted">${_("Delivered")}</span>`;
  if (value === "FAILED") return html`<span class="badge declined">${_("Failed")}</span>`;
  return html`<span class="badge raised long">${_("Waits until %(when)s", { when: moment(dueAt) })}</span>`;
}

const about = ({ skill, proposal }) => {
  if (proposal) return html`<a href="/proposals/${proposal.number}">#${proposal.number}</a>`;
  return skill ? html`<a href="/skills/${skill.slug}">${skill.name}</a>` : nothing;
};

const tried = ({ madeAt, status, fault, milliseconds }) => `${moment(madeAt)} · ${status ?? fault} · ${number(milliseconds)} ms`;
