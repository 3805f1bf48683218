// The fields of a suggestion: those of the skill itself, of a row of its table, or of a row that is added.
import { html, live, nothing } from "../vendor/lit.js";
import { field, options, requirementAt, valueWord } from "../pieces.js";
import { _ } from "../words.js";
import { isAddition, SKILL } from "./draft.js";

const STATES = ["DRAFT", "PUBLISHED", "DEPRECATED"];
const NECESSITIES = ["MANDATORY", "OPTIONAL"];
const DEPTHS = ["AWARENESS", "WORKING", "ADVANCED", "EXPERT"];

/**
 * What can be written at a place of a skill. Each control that edits bears `data-edit`, and the field's name; `alike` stands
 * below the skill's name.
 */
export function fieldsAt(skill, place, draft, alike) {
  const value = (name, present) => draft.value(skill, place, name) ?? present;
  if (place === SKILL) return ofSkill(skill, value, alike);
  if (isAddition(place)) return ofAddition(skill, value);
  const [level, role] = place.split(".");
  const found = requirementAt(skill, role, level);
  if (!found) return html`<p class="notice">${_("This row is not there any more.")}</p>`;
  const isRemoved = value("remove", "") === "yes";
  return html`${isRemoved ? nothing : ofRequirement(value, found.row)}
    <label class="check"><input type="checkbox" name="remove" value="yes" data-edit .checked=${isRemoved}> ${_("Take this row away")}</label>`;
}

function ofSkill(skill, value, alike) {
  const status = value("status", skill.status);
  return html`
    <div><label>${field("name")} <input name="name" data-edit maxlength="200" .value=${live(value("name", skill.name))}></label>
      ${alike}</div>
    <label>${field("summary")} <textarea name="summary" data-edit maxlength="2000" .value=${live(value("summary", skill.summary))}></textarea></label>
    <label>${_("Keywords, one in a line")} <textarea name="keywords" data-edit .value=${live(value("keywords", skill.keywords.join("\n")))}></textarea></label>
    <label>${_("Short name in the address")} <input name="slug" data-edit maxlength="100" .value=${live(value("slug", skill.slug))}></label>
    <div class="chooser">
      <label>${field("status")} <select name="status" data-edit>${choices("status", STATES, status)}</select></label>
      ${status === "DEPRECATED"
        ? html`<label>${_("Replaced by: its short name in the address")} <input name="replacedBy" data-edit maxlength="100" .value=${live(value("replacedBy", skill.replacedBy?.slug ?? ""))}></label>`
        : nothing}
    </div>`;
}

function ofAddition(skill, value) {
  const { roles, levels } = skill.group.domain.framework;
  return html`<div class="chooser">
      <label>${_("Role")} <select name="role" data-edit>${options(roles, value("role"), _("Choose a role"))}</select></label>
      <label>${_("Level")} <select name="level" data-edit>${options(levels, value("level"), _("Choose a level"))}</select></label>
    </div>
    ${ofRequirement(value, { necessity: "MANDATORY", proficiency: null, description: "" })}`;
}

const ofRequirement = (value, present) => html`<div class="chooser">
    <label>${field("necessity")} <select name="necessity" data-edit>${choices("necessity", NECESSITIES, value("necessity", present.necessity))}</select></label>
    <label>${field("proficiency")} <select name="proficiency" data-edit>
      <option value="">${_("Not said")}</option>${choices("proficiency", DEPTHS, value("proficiency", present.proficiency ?? ""))}
    </select></label>
  </div>
  <label>${field("description")} <textarea name="description" data-edit maxlength="10000" .value=${live(value("description", present.description))}></textarea></label>`;

const choices = (name, values, chosen) =>
  values.map((each) => html`<option value=${each} ?selected=${each === chosen}>${valueWord(name, each)}</option>`);
