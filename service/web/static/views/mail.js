// How the reader wants mail: by whose clock, at what hours, and how soon at the soonest.
import { html, nothing } from "../vendor/lit.js";
import { signInAddress, stopped, tell } from "../pieces.js";
import { Acting } from "../parts/acting.js";
import { View } from "../view.js";
import { _ } from "../words.js";

const HOURS = [...Array(24).keys()];
const lang = document.documentElement.lang;
const hour = new Intl.DateTimeFormat(lang, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
const weekday = new Intl.DateTimeFormat(lang, { weekday: "long", timeZone: "UTC" });

export default class Mail extends View {
  acting = new Acting(this);

  title() {
    return _("How mail comes");
  }

  body({ viewer }) {
    return html`<div class="view mail">
      <header class="title"><h1>${_("How mail comes")}</h1></header>
      ${viewer ? [stopped(viewer.settings), this.form(viewer.settings)] : html`<p class="empty">${_("Sign in to see what you keep here.")} <a href=${signInAddress()} data-whole>${_("Sign in")}</a></p>`}
    </div>`;
  }

  form(settings) {
    const { quietHours } = settings;
    return html`<form class="writing" @submit=${(event) => this.save(event)}>
      <fieldset class="fields"><legend>${_("Your clock and dates")}</legend>
        <label>${_("Time zone")} <select name="timeZone">${choices(zonesWith(settings.timeZone), settings.timeZone)}</select></label>
        <label>${_("Dates as in")} <input name="locale" required maxlength="35" .value=${settings.locale}></label>
      </fieldset>
      <fieldset class="fields"><legend>${_("Digests")}</legend>
        <label class="check"><input type="checkbox" name="hasDigests" .checked=${settings.hasDigests}> ${_("Send digests by mail")}</label>
        <label>${_("At")} <select name="digestHour">${choices(HOURS.map(named), settings.digestHour)}</select></label>
        <label>${_("Weekly ones on")} <select name="digestWeekday">${choices([1, 2, 3, 4, 5, 6, 7].map((n) => [n, weekday.format(Date.UTC(2024, 0, n))]), settings.digestWeekday)}</select></label>
      </fieldset>
      <fieldset class="fields"><legend>${_("Quiet hours")}</legend>
        <label class="check"><input type="checkbox" name="isQuiet" .checked=${quietHours !== null}> ${_("Send no mail between these hours")}</label>
        <label>${_("From")} <select name="from">${choices(HOURS.map(named), quietHours?.from ?? 22)}</select></label>
        <label>${_("Until")} <select name="until">${choices(HOURS.map(named), quietHours?.until ?? 7)}</select></label>
      </fieldset>
      <fieldset class="fields"><legend>${_("How soon at the soonest")}</legend>
        ${settings.frequencies.map(({ event, frequency }) => html`<label>${events()[event] ?? event} <select name=${event}>${choices(Object.entries(frequencies()), frequency)}</select></label>`)}
      </fieldset>
      ${this.acting.faults.length ? this.acting.shown() : nothing}
      <p class="acts"><button class="button strong" ?disabled=${this.acting.isBusy}>${_("Save")}</button> <a href="/settings">${_("All settings")}</a> <a href="/inbox/why">${_("Why was I not told?")}</a></p>
    </form>`;
  }

  async save(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const chosen = (name) => Number(form.get(name));
    const { frequencies: known } = this.data.viewer.settings;
    const done = await this.acting.do("UpdateNotificationSettings", {
      timeZone: form.get("timeZone"),
      locale: form.get("locale"),
      hasDigests: form.has("hasDigests"),
      digestHour: chosen("digestHour"),
      digestWeekday: chosen("digestWeekday"),
      quietHours: form.has("isQuiet") ? { from: chosen("from"), until: chosen("until") } : null,
      frequencies: known.map((one) => ({ event: one.event, frequency: form.get(one.event) })),
    });
    if (done) tell(_("Saved."));
  }
}

const choices = (items, chosen) => items.map(([value, words]) => html`<option value=${value} ?selected=${value === chosen}>${words}</option>`);

const named = (n) => [n, hour.format(Date.UTC(2024, 0, 1, n))];

/** The browser's list of time zones, and the present one whether or not it is among them. */
function zonesWith(present) {
  const zones = new Set(["UTC", ...Intl.supportedValuesOf("timeZone"), present]);
  return [...zones].map((zone) => [zone, zone.replaceAll("_", " ")]);
}

const events = () => ({ PROPOSED: _("Proposals"), COMMENTED: _("Comments"), DECIDED: _("Decisions"), APPLIED: _("Changes") });

const frequencies = () => ({
  IMMEDIATELY: _("A mail at once"), DAILY: _("One mail a day"), WEEKLY: _("One mail a week"), INBOX_ONLY: _("No mail"),
});
