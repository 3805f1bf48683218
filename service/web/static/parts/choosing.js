// What is to stand in fields of a proposal: the value that is proposed, the one that stands there now, or another one.
import { html, nothing } from "../vendor/lit.js";
import { field, placeName, valueWord } from "../pieces.js";
import { _ } from "../words.js";
import { moved } from "./acting.js";

const VALUES = { necessity: ["MANDATORY", "OPTIONAL"], proficiency: ["AWARENESS", "WORKING", "ADVANCED", "EXPERT"], status: ["DRAFT", "PUBLISHED", "DEPRECATED"] };
const REFERENCES = ["group", "replacedBy"]; // name something else in the catalogue: no other text stands for it

/** The fields that have moved, to choose in. */
export const movedFields = (proposal) =>
  proposal.conflicts.map(({ change, field: name, ...values }) => ({ id: change.id, title: titleOf(change, proposal), name, ...values, hasMoved: true }));

/** All fields, to choose in; those that have moved say so. */
export function allFields(proposal) {
  const moved = new Map(movedFields(proposal).map((one) => [`${one.id} ${one.name}`, one]));
  return proposal.skills.flatMap(({ skill, changes }) =>
    changes.flatMap((change) =>
      change.fields.map(
        ({ field: name, after }) =>
          moved.get(`${change.id} ${name}`) ?? { id: change.id, title: titleOf({ ...change, skill }, proposal), name, proposed: after, hasMoved: false },
      ),
    ),
  );
}

/** A group of buttons for each field. */
export const choosing = (items) =>
  items.map(
    ({ id, title, name, proposed, hasMoved, ...values }) => html`<fieldset class="choice"><legend>${title}: ${field(name)}</legend>
      ${hasMoved ? moved(name, { ...values, proposed }) : nothing}
      ${side(`${id} ${name}`, "MINE", _("As proposed"), true)}
      ${side(`${id} ${name}`, "THEIRS", _("As it stands now"))}
      ${REFERENCES.includes(name) ? nothing : html`${side(`${id} ${name}`, "TEXT", _("Otherwise"))}${control(`${id} ${name}`, title, name, proposed)}`}
    </fieldset>`,
  );

/** What a form says of the fields, as the API takes it; what is to stand as proposed is left out. */
export function choicesOf(form, items) {
  const said = new FormData(form);
  return items
    .map(({ id, name }) => ({ changeId: id, field: name, side: said.get(`side ${id} ${name}`), text: said.get(`text ${id} ${name}`) }))
    .filter((choice) => choice.side !== "MINE")
    .map((choice) => (choice.side === "TEXT" ? choice : { ...choice, text: null }));
}

export const titleOf = ({ skill, role, level }, proposal) =>
  [proposal.skills.length > 1 ? skill.name : null, placeName(role, level)].filter(Boolean).join(": ");

const side = (key, value, words, isChosen = false) =>
  html`<label class="check"><input type="radio" name="side ${key}" value=${value} ?checked=${isChosen}> ${words}</label>`;

const control = (key, title, name, proposed) =>
  html`<label class="other"><span class="hidden">${title}: ${field(name)}, ${_("Otherwise")}</span>${name in VALUES
    ? html`<select name="text ${key}">${VALUES[name].map((each) => html`<option value=${each} ?selected=${each === proposed}>${valueWord(name, each)}</option>`)}</select>`
    : html`<textarea name="text ${key}" maxlength="10000" .defaultValue=${proposed ?? ""}></textarea>`}</label>`;
