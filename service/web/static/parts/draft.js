// A draft of a proposal, kept in this browser, and the changes that it comes to.
import { requirementAt } from "../pieces.js";
import { _ } from "../words.js";
import { keep, kept } from "./keeping.js";

export const SKILL = "skill";
const ADDED = "add:";
const SKILL_FIELDS = ["name", "summary", "keywords", "slug", "status", "replacedBy"];
const REQUIREMENT_FIELDS = ["necessity", "proficiency", "description"];

/**
 * What somebody has written so far. A browser that keeps nothing still lets them write and send.
 *
 * `parts` has, for each skill that it touches, the revision that was read and the edited values by place: the skill
 * itself, the row of a level and a role (`level.role`), or an addition (`add:1`).
 */
export class Draft {
  constructor(place, fresh) {
    this.place = place;
    this.values = { title: "", reason: "", parts: {}, key: crypto.randomUUID(), ...fresh, ...kept(place, {}) };
  }

  set(name, value) {
    this.values = { ...this.values, [name]: value };
    keep(this.place, this.values);
  }

  part(skill) {
    return this.values.parts[skill.id] ?? { name: skill.name, base: skill.revision, edits: {} };
  }

  /** The edited value of a field; undefined where it has not been touched. */
  value(skill, place, name) {
    return this.part(skill).edits[place]?.[name];
  }

  edit(skill, place, name, value) {
    const { edits } = this.part(skill);
    this.#change(skill, { edits: { ...edits, [place]: { ...edits[place], [name]: value } } });
  }

  /** Leave a place as it is after all. */
  drop(skill, place) {
    const { [place]: _gone, ...edits } = this.part(skill).edits;
    this.#change(skill, { edits });
  }

  /** Leave a whole skill as it is after all. */
  dropSkill(id) {
    const { [id]: _gone, ...parts } = this.values.parts;
    this.set("parts", parts);
  }

  /** Write it against the skill as it stands. */
  catchUp(skill) {
    this.#change(skill, { base: skill.revision });
  }

  /** The place of the next addition. */
  nextAddition(skill) {
    const taken = additions(this.part(skill).edits).map((place) => Number(place.slice(ADDED.length)));
    return `${ADDED}${Math.max(0, ...taken) + 1}`;
  }

  forget() {
    keep(this.place, null);
  }

  #change(skill, what) {
    this.set("parts", { ...this.values.parts, [skill.id]: { ...this.part(skill), ...what } });
  }
}

export const additions = (edits) => Object.keys(edits).filter((place) => place.startsWith(ADDED));

export const isAddition = (place) => place.startsWith(ADDED);

/** The changes of a skill: of each its place, what to show of it, and what to send as `input`. */
export function changesOf(skill, draft) {
  return Object.entries(draft.part(skill).edits)
    .map(([place, edits]) => ({ skill, place, ...change(skill, place, edits) }))
    .filter(({ fields }) => fields?.length);
}

/** What to send of the skills that change: `skills` of the API's inputs. */
export const wishesOf = (skills, draft) =>
  skills
    .map((skill) => ({ skillId: skill.id, baseRevision: draft.part(skill).base, changes: changesOf(skill, draft).map(({ input }) => input) }))
    .filter(({ changes }) => changes.length);

/** The parts of a draft that say what a proposal says; `diff` is its own, field by field. */
export function partsOf({ skills, diff }) {
  const parts = Object.fromEntries(skills.map(({ skill, baseRevision }) => [skill.id, { name: skill.name, base: baseRevision, edits: {} }]));
  for (const { kind, field, after, skill, role, level } of diff) {
    const { edits } = parts[skill.id];
    const place = level ? `${level.slug}.${role.slug}` : SKILL;
    if (kind === "REMOVE_REQUIREMENT") edits[place] = { remove: "yes" };
    else if (kind === "ADD_REQUIREMENT") {
      const key = additions(edits).find((each) => edits[each].level === level.slug && edits[each].role === role.slug);
      const added = key ?? `${ADDED}${additions(edits).length + 1}`;
      edits[added] = { role: role.slug, level: level.slug, ...edits[added], [field]: after ?? "" };
    } else edits[place] = { ...edits[place], [field]: after ?? "" };
  }
  return parts;
}

function change(skill, place, edits) {
  if (place === SKILL) return ofSkill(skill, edits);
  return isAddition(place) ? ofAddition(skill, edits) : ofRow(skill, place, edits);
}

function ofSkill(skill, edits) {
  const { name, summary, keywords, slug, status, replacedBy } = skill;
  const present = { name, summary, keywords: keywords.join("\n"), slug, status, replacedBy: replacedBy?.slug ?? "" };
  const fields = touched(SKILL_FIELDS, present, edits);
  const meant = { keywords: lines, replacedBy: (after) => after.trim() || null };
  const editSkill = Object.fromEntries(fields.map(({ name: field, after }) => [field, (meant[field] ?? String)(after)]));
  return { title: _("The skill itself"), fields, input: { editSkill } };
}

function ofAddition(skill, { role, level, necessity = "MANDATORY", proficiency = "", description = "" }) {
  if (!role || !level || !description.trim()) return null;
  const { levels, roles } = skill.group.domain.framework;
  const nameOf = (items, slug) => items.find((item) => item.slug === slug)?.name ?? slug;
  return {
    title: `${nameOf(roles, role)}, ${nameOf(levels, level)}`,
    fields: touched(REQUIREMENT_FIELDS, { necessity: "", proficiency: "", description: "" }, { necessity, proficiency, description }),
    input: { addRequirement: { role, level, necessity, description, proficiency: proficiency || null } },
    level: { slug: level },
    role: { slug: role },
  };
}

function ofRow(skill, place, edits) {
  const [levelSlug, roleSlug] = place.split(".");
  const found = requirementAt(skill, roleSlug, levelSlug);
  if (!found) return null;
  const { row, level } = found;
  const shown = { title: `${row.role.name}, ${level.name}`, level, role: row.role };
  if (edits.remove === "yes") {
    const fields = [{ name: "description", before: row.description, after: "" }];
    return { ...shown, fields, input: { removeRequirement: { requirementId: row.id } } };
  }
  const present = { necessity: row.necessity, proficiency: row.proficiency ?? "", description: row.description };
  const fields = touched(REQUIREMENT_FIELDS, present, edits);
  const values = Object.fromEntries(fields.map(({ name, after }) => [name, name === "proficiency" ? after || null : after]));
  return { ...shown, fields, input: { editRequirement: { requirementId: row.id, ...values } } };
}

const touched = (names, present, edits) =>
  names
    .map((name) => ({ name, before: present[name], after: edits[name] ?? present[name] }))
    .filter(({ before, after }) => before !== after);

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);
