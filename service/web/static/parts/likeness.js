// Whether a skill of a similar name is there already, for who gives a skill another name.
import { html, nothing } from "../vendor/lit.js";
import { _ } from "../words.js";
import { Acting } from "./acting.js";

/** What a view knows of the names that it has looked for. */
export class Likeness {
  constructor(view) {
    this.view = view;
    this.acting = new Acting(view);
    this.asked = "";
    this.found = [];
  }

  /** Look for others of that name, once for the same; an answer that comes after a later question is passed by. */
  async look(skill, name = skill.name) {
    const asked = name.trim() === skill.name ? "" : name.trim();
    if (asked === this.asked) return;
    [this.asked, this.found] = [asked, []];
    const data = asked ? await this.acting.ask("SimilarSkills", { text: asked.slice(0, 200) }) : null;
    if (asked !== this.asked) return;
    this.found = data?.skills.nodes.filter(({ id }) => id !== skill.id) ?? [];
    this.view.requestUpdate();
  }

  shown() {
    return html`<div role="status" class="alike">${this.found.length
      ? html`<p class="notice">${_("There are similar skills already:")} ${this.found.map(
          ({ slug, name }, index) => html`${index ? ", " : ""}<a href="/skills/${slug}" target="_blank">${name}</a>`,
        )}</p>`
      : nothing}</div>`;
  }
}
