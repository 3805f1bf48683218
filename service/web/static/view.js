// What every page's view has in common: it follows the operations that its address gives, and shows one of four
// states: not there yet, failed, nothing of the name, or its body.
import { LitElement } from "./vendor/lit.js";
import { follow, refresh } from "./client.js";
import { failure, missing, skeleton } from "./pieces.js";

/**
 * A view. `place` is where it stands: its row of the table, the path's parameters and the query string.
 *
 * A view defines `title(data)` and `body(data, query)`; it renders into the page's own tree, so that the page's style
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
    return subject !== null && this.data !== null && this.data[subject] === null;
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
function questions({ page, path, query }, planned) {
  const found = new Map();
  for (const [name, needs] of Object.entries(page.asked)) {
    const variables = {};
    let complete = true;
    for (const [variable, [type, isList, isRequired]] of Object.entries(needs)) {
      const values = variable in path ? [path[variable]] : query.getAll(variable).filter(Boolean);
      if (values.length) variables[variable] = isList ? values : type === "Int" ? Number(values.at(-1)) : values.at(-1);
      else if (name !== page.operation && planned[variable]) variables[variable] = planned[variable];
      else if (isRequired) complete = false;
    }
    if (complete) found.set(name, { key: JSON.stringify(variables), variables });
  }
  return found;
}
