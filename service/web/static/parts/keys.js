// A list that is gone through by single keys. Whoever speaks to the computer can turn them off (WCAG 2.1.4).
import { html } from "../vendor/lit.js";
import { _ } from "../words.js";
import { keep, kept } from "./keeping.js";

const PLACE = "keys";

/** What a view does by which key: `acts` has, for each, its words and what to do. */
export class Keys {
  constructor(view, acts) {
    this.view = view;
    this.acts = acts;
    this.areOn = kept(PLACE, true);
    view.addController(this);
  }

  hostConnected() {
    document.addEventListener("keydown", this.pressed);
  }

  hostDisconnected() {
    document.removeEventListener("keydown", this.pressed);
  }

  pressed = (event) => {
    if (!this.areOn || event.ctrlKey || event.metaKey || event.altKey || !(event.key in this.acts)) return;
    if (event.target.matches("input:not([type=checkbox], [type=radio]), textarea, select")) return;
    event.preventDefault();
    this.acts[event.key].act();
  };

  shown() {
    return html`<p class="keys quiet">${Object.entries(this.acts).map(([key, { words }]) => html`<span><kbd>${key}</kbd> ${words}</span> `)}
      <label class="check"><input type="checkbox" .checked=${this.areOn} @change=${({ target }) => this.turn(target.checked)}> ${_("Single keys")}</label></p>`;
  }

  turn(areOn) {
    this.areOn = areOn;
    keep(PLACE, areOn);
  }
}
