// The index: all skills, narrowed by words and by where they belong.
import { html, nothing } from "../vendor/lit.js";
import { all, counted, day, more, options } from "../pieces.js";
import { View } from "../view.js";
import { _ } from "../words.js";

export default class Skills extends View {
  title() {
    return _("Skills");
  }

  body({ skills, domains, roles, levels, excerpts }, query) {
    const wish = all(query);
    const foundIn = new Map(excerpts?.nodes.map((one) => [one.id, one.excerpt]));
    return html`<div class="view skills">
      <header class="title">
        <h1>${_("Skills")}</h1>
        <p class="lead">${_("What is expected of a role, at a level, in a skill; and what to cover to reach the next one.")}</p>
      </header>
      <form method="get" action="/" class="chooser search" role="search">
        <label class="wide">${_("Search")} <input type="search" name="search" .value=${wish.search ?? ""} maxlength="200" placeholder=${_("Name, keyword or words of the text")}></label>
        <label>${_("Domain")} <select name="domain">${options(domains, wish.domain, _("All domains"))}</select></label>
        <label>${_("Group")} <select name="group"><option value="">${_("All groups")}</option>${domains.map(
          (domain) => html`<optgroup label=${domain.name}>${domain.groups.map(
            (group) => html`<option value=${group.slug} ?selected=${group.slug === wish.group}>${group.name}</option>`,
          )}</optgroup>`,
        )}</select></label>
        <label>${_("Role")} <select name="role">${options(roles, wish.role, _("All roles"))}</select></label>
        <label>${_("Level")} <select name="level">${options(levels, wish.level, _("All levels"))}</select></label>
        <button class="button strong">${_("Search")}</button>
      </form>
      <p class="count" role="status">${counted.skills(skills.totalCount)}</p>
      ${skills.nodes.length
        ? html`<ul class="results">${skills.nodes.map((skill) => found(skill, foundIn.get(skill.id)))}</ul>${more(skills.pageInfo, "/", query)}`
        : html`<p class="empty">${_("Nothing found. Try fewer words, or take a filter away.")}</p>`}
    </div>`;
  }
}

const found = (skill, excerpt) => html`<li><article>
  <p class="quiet">${skill.group.name}</p>
  <h2><a href="/skills/${skill.slug}">${skill.name}</a></h2>
  ${excerpt ? html`<p>${marked(excerpt)}</p>` : skill.summary ? html`<p>${skill.summary}</p>` : nothing}
  <p class="quiet">${counted.roles(skill.roleCount)} · ${counted.levels(skill.levelCount)} · ${day(skill.lastUpdatedAt)}</p>
</article></li>`;

/** An excerpt with the words that were looked for marked: they stand between ⟦ and ⟧. */
const marked = (text) => text.split(/[⟦⟧]/).map((part, at) => (at % 2 ? html`<mark>${part}</mark>` : part));
