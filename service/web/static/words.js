// The texts of the interface in the reader's language, and their way to write dates and numbers.
//
// `_` and `ngettext` are what the catalogues in `service/web/locales` are extracted by; templates on the server use the
// same texts. `first` is what the server has put into the page.
export const first = JSON.parse(document.getElementById("first").textContent);

const locale = document.documentElement.lang;
/** The table of pages, as the server has it, and the texts of the reader's language. */
export const { pages, ...catalogue } = await import(`./site.${first.language}.js`);

/**
 * The text in the reader's language, its `%(name)s` filled with the values; where one of them is a template, the parts
 * for a template to write one behind the other.
 */
export function _(text, values = {}) {
  return filled(catalogue.texts[text] || text, values);
}

/** The form that the number asks for. */
export function ngettext(one, many, n, values = { n: number(n) }) {
  const form = catalogue.form(n);
  const forms = catalogue.texts[one] ?? [one, many];
  return filled(forms[form] || (form ? many : one), values);
}

export const number = (value) => new Intl.NumberFormat(locale).format(value);

/** A day as the server writes it: in UTC, so that both say the same. */
export const day = (moment) => days.format(new Date(moment));

/** A moment by the reader's own clock. */
export const moment = (value) => moments.format(new Date(value));

const days = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
const moments = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });

function filled(text, values) {
  const parts = text.split(/%\((\w+)\)s/).map((part, at) => (at % 2 ? values[part] : part));
  return parts.some((part) => typeof part === "object") ? parts : parts.join("");
}
