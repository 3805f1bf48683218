// How many people must stand behind the changes of a skill, of all in its group, or of all in its domain.
import { html } from "../vendor/lit.js";
import { _, number } from "../words.js";
import { unfolding } from "./unfolding.js";

const MOST = 5;

/** The form; `act` does an operation with an input, and comes to nothing where it failed. */
export function ruling(skill, act) {
  const { group } = skill;
  const subjects = [
    ["skillId", skill, _("this skill: %(name)s", { name: skill.name })],
    ["groupId", group, _("its group: %(name)s", { name: group.name })],
    ["domainId", group.domain, _("its domain: %(name)s", { name: group.domain.name })],
  ];
  const set = (form) => {
    const said = new FormData(form);
    const [name, { id }] = subjects[Number(said.get("subject"))];
    return act("SetReviewRule", { [name]: id, approvals: Number(said.get("approvals")) || null });
  };
  return unfolding(
    _("Who must agree …"),
    set,
    html`<label>${_("To changes of")} <select name="subject">${subjects.map(([, , words], index) => html`<option value=${index}>${words}</option>`)}</select></label>
      <label>${_("must agree, besides the author")} <select name="approvals"><option value="">${_("as many as the wider rule says")}</option>${Array.from(
        { length: MOST },
        (_one, index) => html`<option value=${index + 1}>${number(index + 1)}</option>`,
      )}</select></label>
      <p><button class="button">${_("Let this hold")}</button></p>`,
    "plain",
  );
}
