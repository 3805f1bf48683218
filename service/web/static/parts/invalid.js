// An input that cannot be taken, in the reader's language: by the field at fault. The API's own words, which say more, are
// English alone.
import { field } from "../pieces.js";
import { _ } from "../words.js";

/** The sentence for a fault of the code INVALID_INPUT; null where no field is named that a form of ours has. */
export function invalid({ path }) {
  const name = path.filter((step) => !/^\d+$/.test(step)).at(-1);
  if (name === undefined) return null;
  const words = fields()[name] ?? field(name);
  return sentences()[name] ?? (words === name ? null : _("“%(field)s” cannot be taken as it is: it is empty, too long, or of another form than is asked for.", { field: words }));
}

/** Where all that can be wrong with a field is one thing. */
const sentences = () => ({
  approvals: _("Ask for 1 to 5 people."),
  changes: _("A proposal holds 1 to 100 changes, each of another field."),
  digestHour: _("Digests come at a full hour: 0 to 23."),
  domainIds: _("Only a reviewer is limited to domains."),
  email: _("Check the address: it is none, or not the one that is asked for here."),
  events: _("Choose at least one kind of event, or stop watching."),
  goalId: _("Choose a level above the one that you are at."),
  locale: _("Name a language, and a country if you like, such as “de” or “en-GB”."),
  personId: _("Nobody suspends themselves."),
  quietHours: _("Quiet hours begin and end at two different full hours."),
  skills: _("A proposal touches 1 to 20 skills, each once."),
  slug: _("A slug is lower-case letters and digits joined by single hyphens, at most 100 characters."),
  url: _("An address begins with https:// and a host, and has no blanks; http:// only goes with an IP address."),
});

/** What the fields of the other forms are called, besides those of a skill. */
const fields = () => ({
  body: _("Text"), text: _("Text"), note: _("Note"), title: _("Title"), reason: _("Reason"), scopes: _("What it may do"),
});
