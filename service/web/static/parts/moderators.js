// What the moderators' pages have in common: the way from one to the other, and the door.
import { html } from "../vendor/lit.js";
import { signInAddress } from "../pieces.js";
import { _ } from "../words.js";

/** A moderators' page: its title, and what is below it; `here` is its address. */
export const moderators = (here, title, viewer, below) => html`<header class="title"><h1>${title}</h1>
    ${viewer === null
      ? html`<p class="empty">${_("Sign in to see what moderators see.")} <a href=${signInAddress()} data-whole>${_("Sign in")}</a></p>`
      : html`<nav class="tabs" aria-label=${_("Keeping order")}>${tab("/moderation", _("What waits"), here)}${tab("/moderation/people", _("People"), here)}${tab("/moderation/told", _("Who was told"), here)}${tab("/moderation/webhooks", _("Webhooks"), here)}${tab("/moderation/log", _("Log"), here)}</nav>`}</header>
  ${viewer === null ? null : below()}`;

const tab = (address, words, here) => html`<a href=${address} aria-current=${address === here ? "page" : "false"}>${words}</a>`;
