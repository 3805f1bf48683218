// The page's script: takes the server's page over, and goes from page to page without loading anew.
import { _, first, pages } from "./words.js";
import { signInAddress, tell, titled } from "./pieces.js";
import { know } from "./client.js";

const main = document.getElementById("main");
const PATIENCE = 300; // milliseconds that the old page stays while the new one's answer is awaited
let shown = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.target || link.hasAttribute("download") || "whole" in link.dataset) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || !placeOf(url)) return;
  if (url.pathname === location.pathname && url.search === location.search && url.hash) return;
  event.preventDefault();
  go(url);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "get") return;
  const url = new URL(form.action || location.href, location.href);
  url.search = new URLSearchParams([...new FormData(form, event.submitter)].filter(([, value]) => value));
  url.hash = "";
  if (!placeOf(url)) return;
  event.preventDefault();
  go(url);
});

// A choice is shown at once; the button is for those who have no script.
document.addEventListener("change", (event) => {
  if (event.target.matches("form.chooser select, form.chooser [type=checkbox]")) event.target.form.requestSubmit();
});

window.addEventListener("popstate", () => show(new URL(location.href)));
window.addEventListener("go", (event) => go(new URL(event.detail, location.href)));

window.addEventListener("offline", tellOffline);
window.addEventListener("online", async () => {
  tellOffline();
  await shown?.again();
});

/** Say that the network is away, and take the words back when it is there again. */
function tellOffline() {
  document.getElementById("offline").textContent = navigator.onLine
    ? ""
    : _("You are offline. What you see may have changed; it is read anew when the network is back.");
}

/** Go to an address of ours, as a link does. */
async function go(url) {
  history.pushState(null, "", url);
  const isNewPage = await show(url);
  if (isNewPage && url.hash) document.getElementById(url.hash.slice(1))?.scrollIntoView();
  else if (isNewPage) window.scrollTo(0, 0);
}

/** Show an address; whether that was another page, and not the same one in another state. */
async function show(url) {
  const place = placeOf(url);
  if (!place) return location.assign(url);
  if (shown && shown.place.page === place.page && url.pathname === shown.place.pathname) {
    shown.goTo(place);
    leadBack();
    return false;
  }
  leadBack();
  const view = await viewOf(place);
  await Promise.race([view.ready, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  if (url.href !== location.href) return false; // meanwhile the reader has gone elsewhere
  await replace(view);
  announce(view);
  return true;
}

/** Load the discussion's module when the discussion comes near the window. */
const nearing = new IntersectionObserver(
  (entries) => entries.some((entry) => entry.isIntersecting) && import("./parts/comments.js"),
  { rootMargin: "300px" },
);

/** Put a view in the place of what is there, within one frame. */
async function replace(view) {
  const old = [...main.childNodes];
  main.append(view);
  await view.updateComplete;
  for (const node of old) node.remove();
  shown = view;
  nearing.disconnect();
  for (const list of view.querySelectorAll("comment-list")) nearing.observe(list.parentElement);
  for (const link of document.querySelectorAll("header.site nav a")) {
    link.toggleAttribute("aria-current", false);
    if (link.getAttribute("href") === location.pathname) link.setAttribute("aria-current", "page");
  }
}

/** Signing in leads back to where the reader is now. */
function leadBack() {
  const link = document.querySelector("[data-back]");
  if (link) link.href = signInAddress();
}

/** Tell by title, focus and a polite word that the page is another. */
async function announce(view) {
  await view.ready;
  await view.updateComplete;
  if (view !== shown) return;
  document.title = titled(view.heading ?? first.site.name);
  tell(document.title);
  const heading = main.querySelector("h1") ?? main;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

async function viewOf(place) {
  const name = `${place.page.view}-view`;
  const { asked, heard } = place.page;
  const [module] = await Promise.all([
    import(`./views/${place.page.view}.js`),
    know([...Object.keys(asked), ...Object.keys(heard)]),
  ]);
  if (!customElements.get(name)) customElements.define(name, module.default);
  const view = document.createElement(name);
  view.goTo(place);
  return view;
}

function placeOf(url) {
  for (const page of pages) {
    const names = [];
    const pattern = page.path.replace(/\{(\w+)(:int)?\}/g, (_all, name, isNumber) => {
      names.push(name);
      return `(?<${name}>${isNumber ? "\\d{1,9}" : "[^/]+"})`;
    });
    const match = url.pathname.match(new RegExp(`^${pattern}$`));
    if (match) {
      const path = Object.fromEntries(names.map((name) => [name, decodeURIComponent(match.groups[name])]));
      return { page, path, pathname: url.pathname, query: url.searchParams };
    }
  }
  return null;
}

/** Where the keyboard is in the server's page, to be found again in the view. */
function keyboardPlace() {
  const focused = document.activeElement;
  if (!main.contains(focused) || focused === main) return () => {};
  const name = focused.getAttribute("name");
  const href = focused.getAttribute("href");
  return () => {
    const found = name ? shown.querySelector(`[name="${CSS.escape(name)}"]`) : shown.querySelector(`[href="${CSS.escape(href ?? "")}"]`);
    found?.focus({ preventScroll: true });
  };
}

async function begin() {
  const place = placeOf(new URL(location.href));
  if (!place || first.view !== place.page.view) return; // a page without a view: “not found”, “for developers”
  const view = await viewOf(place);
  const findKeyboard = keyboardPlace();
  await replace(view);
  findKeyboard();
  document.documentElement.dataset.taken = "over";
  if (document.getElementById("unread")) (await import("./parts/unread.js")).followUnread();
}

begin();
