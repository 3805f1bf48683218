// The page's first script. The browser shows the page first, which is whole without any script; then the others are
// brought, all at once.
const { modules } = document.getElementById("start").dataset;

/** When the page has been shown; at once where nobody sees it. */
function shown() {
  if (document.hidden) return Promise.resolve();
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

await shown();
for (const name of modules.split(" ")) {
  const link = document.createElement("link");
  link.rel = "modulepreload";
  link.href = new URL(name, import.meta.url);
  document.head.append(link);
}
await import("./app.js");
