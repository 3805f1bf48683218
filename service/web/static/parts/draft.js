// A draft of a suggestion, kept in this browser, and the changes that it comes to.
import { requirementAt } from "../pieces.js";
import { _ } from "../words.js";

export const SKILL = "skill";
const SKILL_FIELDS = ["name", "summary", "keywords", "slug"];
const REQUIREMENT_FIELDS = ["necessity", "proficiency", "description"];

/** What somebody has written so far. A browser that keeps nothing still lets them write and send. */
export class Draft {
  constructor(skill, target) {
    this.place = `draft:${skill.id}`;
    const fresh = { target, title: "", reason: "", edits: {}, baseRevision: skill.revision, key: crypto.randomUUID() };
    this.values = { ...fresh, ...kept(this.place), target };
  }

  set(name, value) {
    this.values = { ...this.values, [name]: value };
    keep(this.place, this.values);
  }

  /** The edited value of a field; undefined where it has not been touched. */
  value(target, name) {
    return this.values.edits[target]?.[name];
  }

  edit(target, name, value) {
    const { edits } = this.values;
    this.set("edits", { ...edits, [target]: { ...edits[target], [name]: value } });
  }

  forget() {
    keep(this.place, null);
  }
}

/** The changes of a draft: what to send as `input`, and what to show of each. */
export function changesOf(skill, draft) {
  return Object.entries(draft.values.edits)
    .map(([target, edits]) => (target === SKILL ? ofSkill(skill, edits) : target === "add" ? ofAddition(skill, edits) : ofRow(skill, target, edits)))
    .filter((change) => change?.fields.length);
}

function ofSkill(skill, edits) {
  const present = { name: skill.name, summary: skill.summary, keywords: skill.keywords.join("\n"), slug: skill.slug };
  const fields = touched(SKILL_FIELDS, present, edits);
  const editSkill = Object.fromEntries(fields.map(({ name, after }) => [name, name === "keywords" ? lines(after) : after]));
  return { title: _("The skill itself"), fields, input: { editSkill } };
}

function ofAddition(skill, { role, level, necessity = "MANDATORY", proficiency, description }) {
  if (!role || !level || !description?.trim()) return null;
  const fields = touched(REQUIREMENT_FIELDS, { necessity: "", proficiency: "", description: "" }, { necessity, proficiency, description });
  const addRequirement = { role, level, necessity, description, proficiency: proficiency || null };
  return { title: `${role}, ${level}`, fields, input: { addRequirement }, level: { slug: level }, role: { slug: role } };
}

function ofRow(skill, target, edits) {
  const [levelSlug, roleSlug] = target.split(".");
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

function kept(place) {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? {};
  } catch {
    return {}; // storage is forbidden, or holds what is no draft
  }
}

function keep(place, values) {
  try {
    if (values) localStorage.setItem(place, JSON.stringify(values));
    else localStorage.removeItem(place);
  } catch {
    // Storage is full or forbidden: the draft lives as long as the page.
  }
}
