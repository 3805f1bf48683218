// Finding a skill that is to change in the same proposal as another.
import { html, nothing } from "../vendor/lit.js";
import { address, all } from "../pieces.js";
import { _ } from "../words.js";
import { Acting } from "./acting.js";

/** The same page with one more skill on it. */
export const withSkill = ({ pathname, query }, id) => address(pathname, { ...all(query), with: [...query.getAll("with"), id] });

/** What a view knows of its search. */
export class Finding {
  constructor(view) {
    this.view = view;
    this.acting = new Acting(view);
    this.found = null;
  }

  shown(skills) {
    const search = (event) => {
      event.preventDefault();
      this.search(new FormData(event.target).get("other"));
    };
    const others = this.found?.filter(({ id }) => skills.every((skill) => skill.id !== id));
    return html`<details class="finding"><summary class="plain">${_("Change another skill in the same proposal …")}</summary>
      <form class="chooser" @submit=${search}>
        <label>${_("Its name")} <input type="search" name="other" maxlength="200" required></label>
        <button class="button">${_("Search")}</button>
      </form>
      ${this.acting.shown()}
      <div role="status">${others
        ? others.length
          ? html`<ul class="list">${others.map((one) => html`<li><a href=${withSkill(this.view.place, one.id)}>${one.name}</a></li>`)}</ul>`
          : html`<p class="empty">${_("Nothing found.")}</p>`
        : nothing}</div></details>`;
  }

  async search(text) {
    const data = await this.acting.ask("SkillIndex", { search: text });
    this.found = data?.skills.nodes ?? null;
    this.view.requestUpdate();
  }
}
