// Mentioning somebody: `@na…` offers the people of that name, by keyboard and pointer. Who writes sees names; the API is
// sent `@{ID}`, which leads to the person whatever they are called later.
import { html, nothing } from "../vendor/lit.js";
import { tell } from "../pieces.js";
import { _, ngettext } from "../words.js";
import { Acting } from "./acting.js";

const BEGUN = /(?<![\p{L}\p{N}])@([\p{L}\p{N}][^\n@{}]{0,39})$/u; // before the caret; names have spaces
const SENT = /@\{([\w=-]+)\}/g;

/** What a discussion knows of mentions: who was chosen, and who is offered in which field. */
export class Mentioning {
  constructor(view) {
    this.view = view;
    this.acting = new Acting(view);
    this.ids = new Map(); // of those who are mentioned, by their names
    this.offer = null; // `{field, people, at, start}`, `at` the one that is pointed at, `start` where the mention begins
    this.wanted = null; // what was typed last, of which somebody may be called
  }

  /** A text as its writer sees it, with names; its HTML tells whose they are. */
  written(body, bodyHtml) {
    const mentions = new DOMParser().parseFromString(bodyHtml, "text/html").querySelectorAll("[data-person]");
    for (const one of mentions) this.mention(one.dataset.person, one.textContent.slice(1));
    const names = new Map([...this.ids].map(([name, id]) => [id, name]));
    return body.replace(SENT, (found, id) => (names.has(id) ? `@${names.get(id)}` : found));
  }

  /** The text as the API takes it. Where one name begins another, the longer is meant. */
  sent(text) {
    const names = [...this.ids.keys()].sort((one, other) => other.length - one.length).map(escaped);
    if (!names.length) return text;
    const mentioned = new RegExp(`(?<![\\p{L}\\p{N}])@(${names.join("|")})(?![\\p{L}\\p{N}])`, "gu");
    return text.replace(mentioned, (_found, name) => `@{${this.ids.get(name)}}`);
  }

  /**
   * A field with its label and its offers, by the keys of a combobox. It stays a text box, since no combobox has several
   * lines: who is pointed at is told by `aria-activedescendant`, and how many there are in a polite word.
   */
  field(id, words, text) {
    const offer = this.offer?.field === id ? this.offer : null;
    const list = `${id}-people`;
    return html`<div class="mentioning"><label for=${id}>${words}</label>
      <textarea id=${id} name="body" required maxlength="10000" .value=${text} aria-autocomplete="list" aria-controls=${offer ? list : nothing}
        aria-activedescendant=${offer ? `${list}-${offer.at}` : nothing} @input=${this.look} @keydown=${this.press} @click=${this.close} @selectionchange=${this.follow} @blur=${this.close}></textarea>
      ${offer
        ? html`<ul role="listbox" id=${list} aria-label=${_("People to mention")}>${offer.people.map(({ name }, at) => html`<li role="option" id="${list}-${at}"
            aria-selected=${at === offer.at} @pointerdown=${(event) => event.preventDefault()} @click=${() => this.choose(at)}>${name}</li>`)}</ul>`
        : nothing}
      ${this.acting.faults.length ? this.acting.shown() : nothing}</div>`;
  }

  /** Offer those whose name begins as the word before the caret. One question is asked at a time, the last one typed. */
  look = async ({ target }) => {
    const [, begins = null] = begunIn(target) ?? [];
    if (begins === null || this.isMentioned(begins)) return this.close();
    this.wanted = begins;
    if (this.acting.isBusy) return; // who asks already goes on with it
    let asked = null;
    let people = [];
    while (this.wanted !== null && this.wanted !== asked) {
      asked = this.wanted;
      people = (await this.acting.ask("MentionChoices", { begins: asked }))?.people.nodes ?? [];
    }
    if (this.wanted !== null && this.holds(target)) this.show(target, people);
  };

  show(field, people) {
    this.offer = people.length ? { field: field.id, people, at: 0, start: begunIn(field).index } : null;
    if (this.offer) tell(ngettext("%(n)s person to mention: arrow keys choose, Enter takes", "%(n)s people to mention: arrow keys choose, Enter takes", people.length));
    this.view.requestUpdate();
  }

  press = (event) => {
    const { offer } = this;
    if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return this.close();
    if (!offer || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = {
      ArrowDown: () => this.point(offer.at + 1),
      ArrowUp: () => this.point(offer.at - 1),
      Enter: () => this.choose(offer.at),
      Tab: () => this.choose(offer.at),
      Escape: this.close,
    };
    if (!keys[event.key] || event.shiftKey) return;
    event.preventDefault();
    keys[event.key]();
  };

  point(at) {
    const { length } = this.offer.people;
    this.offer.at = (at + length) % length;
    this.view.requestUpdate();
  }

  /** Whether the caret still stands behind what was typed last. */
  holds(field) {
    return begunIn(field)?.[1] === this.wanted;
  }

  /** The caret may have been moved by no key. */
  follow = ({ target }) => {
    if (this.wanted !== null && !this.holds(target)) this.close();
  };

  /** Put the person in the place of what was typed; nowhere once the caret stands elsewhere. */
  choose(at) {
    const { field: id, people, start } = this.offer;
    const field = this.view.querySelector(`#${CSS.escape(id)}`);
    if (this.holds(field) && begunIn(field).index === start) {
      const { name, id: person } = people[at];
      field.setRangeText(`${this.mention(person, name)} `, start, field.selectionStart, "end");
    }
    this.close();
  }

  /** What stands for a person in the field: the name or, where somebody else of that name is mentioned, as it is sent. */
  mention(person, name) {
    if (this.ids.has(name) && this.ids.get(name) !== person) return `@{${person}}`;
    this.ids.set(name, person);
    return `@${name}`;
  }

  isMentioned(text) {
    return [...this.ids.keys()].some((name) => text.startsWith(`${name} `));
  }

  close = () => {
    [this.offer, this.wanted] = [null, null];
    this.view.requestUpdate();
  };
}

/** What stands before the caret as the beginning of a mention: the match, its first group the beginning of the name. */
const begunIn = (field) => field.value.slice(0, field.selectionStart).match(BEGUN);

const escaped = (name) => name.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
