// What every page's view has in common: it follows the operations that its address gives, and shows one of four
// states: not there yet, failed, nothing of the name, or its body.
import { LitElement } from "./vendor/lit.js";
import { follow, listen, refresh } from "./client.js";
import { failure, missing, skeleton } from "./pieces.js";

/**
 * A view. `place` is where it stands: its row of the table, the path's parameters and the query string.
 *
 * A view defines `title(data)` and `body(data, query)`, and `happened(data)` where its row names a subscription; it renders into the page's own tree, so that the page's style
 * and a label's `for` reach it.
 */
export class View extends LitElement {
  static properties = { place: { attribute: false }, answers: { state: true } };

  constructor() {
    super();
    this.answers = {};
    this.following = new Map();
    this.ready = new Promise((resolve) => (this.arrived = resolve));
  }

  createRenderRoot() {
    return this;
  }

  /** Listen to what the page's row names, for as long as the view is shown. */
  connectedCallback() {
    super.connectedCallback();
    const [[name, needs] = []] = Object.entries(this.place.page.heard);
    this.end = name ? listen(name, variablesOf(needs, this.place), ({ data }) => data && this.happened(data)) : () => {};
    window.addEventListener("reconnected", this.again);
  }

  /** Go to a place: ask for what its address gives, and keep showing what is there until the answer comes. */
  goTo(place) {
    this.place = place;
    const wanted = questions(place, this.planned);
    for (const [name, { key, end }] of this.following) {
      if (wanted.get(name)?.key === key) continue;
      end();
      this.following.delete(name);
      if (!wanted.has(name)) delete this.answers[name];
    }
    for (const [name, { key, variables }] of wanted) {
      if (this.following.has(name)) continue;
      this.following.set(name, { key, variables, end: () => {} });
      const end = follow(name, variables, (result) => this.heard(name, key, result));
      this.following.get(name).end = end;
    }
    if (!wanted.size) this.arrived();
  }

  /** What stands in for variables that the address does not give, as a plan's role: by their names. */
  get planned() {
    return {};
  }

  /** Take an answer in. A view that must not replace what is being read overrides this. */
  heard(name, key, result) {
    if (this.following.get(name)?.key !== key) return;
    this.answers = { ...this.answers, [name]: result };
    if (name === this.place.page.operation) this.goTo(this.place); // what it tells may be what others need
    if ([...this.following.keys()].every((each) => each in this.answers)) this.arrived();
  }

  /** Ask again, after a failure or because something has changed. */
  again = () => Promise.all([...this.following].map(([name, { variables }]) => refresh(name, variables)));

  disconnectedCallback() {
    super.disconnectedCallback();
    this.end();
    window.removeEventListener("reconnected", this.again);
    for (const { end } of this.following.values()) end();
    this.following.clear();
  }

  /** What the answers say together; null while the page's own is not there. */
  get data() {
    const { operation } = this.place.page;
    if (operation && !this.answers[operation]?.data) return null;
    return Object.assign({}, ...Object.values(this.answers).map((answer) => answer.data));
  }

  get isMissing() {
    const { subject } = this.place.page;
    if (subject === null || this.data === null) return false;
    return this.data[subject] === null || Boolean(this.data[subject].isRemoved); // an account that is gone
  }

  get heading() {
    return this.data === null || this.isMissing ? null : this.title(this.data);
  }

  render() {
    const failed = Object.values(this.answers).find((answer) => answer.error);
    if (this.data === null) return failed ? failure(failed.error, this.again) : skeleton();
    if (this.isMissing) return missing();
    return this.body(this.data, this.place.query);
  }
}

/** The operations of a page whose needs the address meets, or else the plan, with their variables. */
function questions(place, planned) {
  const found = new Map();
  for (const [name, needs] of Object.entries(place.page.asked)) {
    const variables = variablesOf(needs, place, name === place.page.operation ? {} : planned);
    if (variables) found.set(name, { key: JSON.stringify(variables), variables });
  }
  return found;
}

/** What an operation asks to be told, from the path or else the query string; null where something is wanting. */
function variablesOf(needs, { path, query }, planned = {}) {
  const variables = {};
  for (const [name, [type, isList, isRequired]] of Object.entries(needs)) {
    const values = name in path ? [path[name]] : query.getAll(name).filter(Boolean);
    if (values.length) variables[name] = isList ? values : valueOf(type, values.at(-1));
    else if (planned[name]) variables[name] = planned[name];
    else if (isRequired) return null;
  }
  return variables;
}

/** A value of the address; a day of a form begins as everybody's does, in UTC. */
function valueOf(type, text) {
  if (type === "Int") return Number(text);
  if (type === "Boolean") return text === "true";
  return type === "DateTime" ? `${text}T00:00:00Z` : text;
}
