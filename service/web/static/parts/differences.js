// Fields of a skill that differ. `templates/pieces.html` has the same for the server.
import { html, nothing } from "../vendor/lit.js";
import { field, placeName, valueWord } from "../pieces.js";
import { _ } from "../words.js";

/** Fields that differ, place by place and word by word as the server has worked it out; `isNamed` where they are of several skills. */
export function differences(changes, isNamed = false) {
  const kinds = { EDIT_SKILL: _("Changed"), EDIT_REQUIREMENT: _("Changed"), ADD_REQUIREMENT: _("Added"), REMOVE_REQUIREMENT: _("Removed") };
  const placed = (fields) => {
    const [{ kind, skill, role, level }] = fields;
    return html`<article class="difference">
      <h3>${isNamed ? `${skill.name}: ` : nothing}${placeName(role, level)} <span class="badge kind">${kinds[kind]}</span></h3>
      <dl>${fields.map(different)}</dl></article>`;
  };
  return placesOf(changes).map(placed);
}

const different = ({ field: name, segments }) => html`<div><dt>${field(name)}</dt><dd>${segments.map(({ kind, text }) => {
  const words = valueWord(name, text);
  return kind === "DELETE" ? html`<del>${words}</del>` : kind === "INSERT" ? html`<ins>${words}</ins>` : words;
})}</dd></div>`;

/** The changes, those of one place together. */
function placesOf(changes) {
  const places = new Map();
  for (const change of changes) {
    const place = [change.skill.id, change.role?.id, change.level?.id].join(" ");
    places.set(place, [...(places.get(place) ?? []), change]);
  }
  return [...places.values()];
}
