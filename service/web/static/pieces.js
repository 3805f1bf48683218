// What several views show. `templates/pieces.html` and `showing.py` have the same for the server, under the same names.
import { html, nothing } from "./vendor/lit.js";
import { _, day as dayOf, first, ngettext, number } from "./words.js";

export const necessity = (value) => html`<span class="badge ${value.toLowerCase()}">${valueWord("necessity", value)}</span>`;

export const proficiency = (value) => (value ? html`<span class="badge depth">${valueWord("proficiency", value)}</span>` : nothing);

/** A field's value as people say it: the value of an enum by its word, all else as it is. */
export function valueWord(name, value) {
  const words = {
    necessity: { MANDATORY: _("Required"), OPTIONAL: _("Optional") },
    proficiency: { AWARENESS: _("Awareness"), WORKING: _("Working"), ADVANCED: _("Advanced"), EXPERT: _("Expert") },
    status: { DRAFT: _("Draft"), PUBLISHED: _("Published"), DEPRECATED: _("No longer in force") },
  };
  return words[name]?.[value] ?? value;
}

export function state(value) {
  const words = { OPEN: _("Open"), ACCEPTED: _("Accepted"), DECLINED: _("Declined"), WITHDRAWN: _("Withdrawn") };
  return html`<span class="badge state ${value.toLowerCase()}">${words[value]}</span>`;
}

export function change(value) {
  const words = { NEW: _("New"), RAISED: _("Raised"), CARRIED: _("Carried on") };
  return html`<span class="badge change ${value.toLowerCase()}">${words[value]}</span>`;
}

export function field(name) {
  const words = {
    slug: _("Slug"), name: _("Name"), summary: _("Summary"), keywords: _("Keywords"), status: _("Status"),
    group: _("Group"), replacedBy: _("Replaced by"), necessity: _("Necessity"), proficiency: _("Proficiency"),
    description: _("Description"),
  };
  return words[name] ?? name;
}

export const day = (moment) => html`<time datetime=${moment}>${dayOf(moment)}</time>`;

export const prose = (text) =>
  blocksOf(text).map(([kind, content]) =>
    kind === "list" ? html`<ul>${content.map((item) => html`<li>${item}</li>`)}</ul>` : html`<p>${content}</p>`,
  );

export const options = (items, chosen, every) =>
  html`<option value="" ?selected=${!chosen}>${every}</option>${items.map(
      (item) => html`<option value=${item.slug} ?selected=${item.slug === chosen}>${item.name}</option>`,
    )}`;

export const more = (pageInfo, path, query) =>
  pageInfo.hasNextPage
    ? html`<p class="more"><a class="button" href=${address(path, { ...all(query), after: pageInfo.endCursor })}>${_("Show more")}</a></p>`
    : nothing;

export const breadcrumb = (...steps) =>
  html`<nav class="breadcrumb" aria-label=${_("Where this stands")}><ol>${steps.map((step) => html`<li>${step}</li>`)}</ol></nav>`;

/** What a place of a skill is called: the skill itself, or a row of its table. */
export const placeName = (role, level) => (role ? [role.name, level?.name].filter(Boolean).join(", ") : _("The skill itself"));

/**
 * The discussion of a skill or a proposal; its module and its comments are loaded when it comes near. `owner` is the id of
 * the proposal's author.
 */
export const comments = (subject, viewer, owner = null) => html`<section class="comments" aria-labelledby="comments"><h2 id="comments">${_("Discussion")}</h2>
  <comment-list .subject=${subject} .viewer=${viewer} .owner=${owner}></comment-list></section>`;

/** That no mail goes to the reader, and what helps. */
export const stopped = ({ mailStoppedAt }) =>
  mailStoppedAt
    ? html`<p class="notice">${_("Mail came back from your address, so none is sent there any more.")} <a href="/settings/account">${_("Begin again")}</a></p>`
    : nothing;

/** A name, which leads to the person's page. */
export const person = (someone) =>
  someone && !someone.isRemoved ? html`<a href="/people/${someone.id}">${someone.name}</a>` : personName(someone);

export const personName = (someone) => (someone && !someone.isRemoved ? someone.name : _("a former member"));

export const skeleton = () =>
  html`<div class="view skeleton" aria-busy="true"><p class="hidden">${_("Loading …")}</p><div></div><div></div><div></div></div>`;

export const missing = () => html`<div class="view missing">
  <header class="title"><h1>${_("There is nothing here")}</h1>
  <p class="lead">${_("The address may have been cut off, or what stood here has been removed. Look for it by its name:")}</p></header>
  <form method="get" action="/" class="chooser search" role="search">
  <label class="wide">${_("Search")} <input type="search" name="search" maxlength="200"></label>
  <button class="button strong">${_("Search")}</button></form></div>`;

export const failure = (error, again) => html`<div class="view failed">
  <header class="title"><h1>${_("This cannot be shown")}</h1>
  <p class="lead">${refusal(error.graphQLErrors[0])}</p></header>
  <p><button class="button" @click=${again}>${_("Try again")}</button></p></div>`;

/** Why a page is not answered: in English as the API says it, else by its code. `templates/failed.html` has the same. */
function refusal(fault) {
  if (!fault) return _("The server cannot be reached.");
  const words = {
    UNAUTHENTICATED: _("Sign in to see this."), FORBIDDEN: _("Your role does not allow this."),
    RATE_LIMITED: _("This was too much for now. Wait a while, and try again."),
    INTERNAL_SERVER_ERROR: _("The server has failed. Try again in a moment."),
  };
  if (first.language === "en") return fault.message;
  return words[fault.extensions.code] ?? _("This cannot be answered as it was asked. The server says: %(said)s", { said: fault.message });
}

export const titled = (title) => `${title} · ${first.site.name}`;

/** Say something politely: a screen reader tells it when it has nothing else to say. */
export function tell(words) {
  document.getElementById("said").textContent = words;
}

const RANKS = ["READER", "CONTRIBUTOR", "REVIEWER", "MAINTAINER", "ADMIN"];

export const roleWord = (role) =>
  ({ READER: _("Reader"), CONTRIBUTOR: _("Contributor"), REVIEWER: _("Reviewer"), MAINTAINER: _("Maintainer"), ADMIN: _("Admin") })[role];

/** Whether somebody may do what the role may. */
export const may = (viewer, role) => viewer !== null && RANKS.indexOf(viewer.role) >= RANKS.indexOf(role);

/** The way to sign in, and back to where the reader is. */
export const signInAddress = () => address("/sign-in", { next: location.pathname + location.search });

/** A path with a query string of what is given. */
export function address(path, query = {}) {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) if (one !== undefined && one !== null && one !== "") found.append(name, one);
  }
  return found.size ? `${path}?${found}` : path;
}

/** A query string as an object: a text for each name, or a list where it stands several times. */
export function all(query) {
  const found = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    found[name] = values.length > 1 ? values : values[0];
  }
  return found;
}

export function blocksOf(text) {
  const blocks = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const item = line.match(/^\s*[-*•]\s+/);
    if (item) {
      if (blocks.at(-1)?.[0] !== "list") blocks.push(["list", []]);
      blocks.at(-1)[1].push(line.slice(item[0].length).trim());
    } else if (line.trim()) blocks.push(["text", line.trim()]);
  }
  return blocks;
}

/** The sentences and list items of a text, as `service/catalogue/expectations.py` splits them. */
export function expectationsOf(text) {
  const found = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const item = line.match(/^\s*[-*•]\s+/);
    if (item) found.push(line.slice(item[0].length).trim());
    else if (!line.trimEnd().endsWith(":")) found.push(...line.trim().split(/(?<=[.!?])\s+(?=[^\sa-z])/));
  }
  return found.filter(Boolean);
}

export function rolesOf(skill) {
  const rows = skill.levels.flatMap((step) => step.requirements);
  return [...new Map(rows.map((row) => [row.role.slug, row.role])).values()];
}

export function requirementAt(skill, role, level) {
  const step = skill.levels.find((each) => each.level.slug === level);
  const row = step?.requirements.find((each) => each.role.slug === role);
  return row ? { level: step.level, row } : null;
}

export const proposalsOf = (skill, level, role) =>
  skill.proposals.nodes.filter((one) =>
    one.changes.some((each) => each.level?.slug === level.slug && each.role?.slug === role.slug),
  );

export const counted = {
  roles: (n) => ngettext("%(n)s role", "%(n)s roles", n),
  levels: (n) => ngettext("%(n)s level", "%(n)s levels", n),
  skills: (n) => ngettext("%(n)s skill", "%(n)s skills", n),
  proposals: (n) => ngettext("%(n)s proposal", "%(n)s proposals", n),
  open: (n) => ngettext("%(n)s open proposal", "%(n)s open proposals", n),
  revision: (n) => _("revision %(n)s", { n: number(n) }),
};
