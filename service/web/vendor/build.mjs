// Makes the libraries of the page anew, one esbuild call each: `npm ci && node build.mjs`.
//
// Users of the project need no node: what this writes is kept with the code. The same versions give the same bytes;
// `manifest.json` holds their hashes, and a test holds the files against it. Raw npm files of @urql/core do not run in
// a browser, since they name each other by bare words.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, existsSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { build } from "esbuild";

const LIBRARIES = ["lit", "urql", "graphql-ws", "graphiql"];
const here = import.meta.dirname;

const files = {};
const packages = new Map();
for (const name of LIBRARIES) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: here,
    bundle: true,
    define: { "process.env.NODE_ENV": '"production"' },
    entryPoints: [`entries/${name}.js`],
    format: "esm",
    legalComments: "none", // they stand in LICENCES.txt
    loader: { ".woff2": "dataurl", ".ttf": "dataurl" },
    metafile: true,
    minify: true,
    outdir: ".",
    target: "es2022",
    write: false,
  });
  for (const { path, contents } of outputFiles) {
    writeFileSync(path, contents);
    files[relative(here, path)] = {
      bytes: contents.length,
      sha256: createHash("sha256").update(contents).digest("hex"),
    };
  }
  for (const input of Object.keys(metafile.inputs)) remember(name, input);
}

const listed = [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
const manifest = {
  files,
  packages: listed.map(({ name, version, licence, used_by }) => ({ name, version, licence, used_by: [...used_by] })),
};
writeFileSync(join(here, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
writeFileSync(join(here, "LICENCES.txt"), listed.map(licence_text).join("\n"));

/** Note the package that a file in node_modules belongs to. */
function remember(library, input) {
  if (!input.includes("node_modules/")) return; // one of entries/
  let folder = dirname(resolve(here, input));
  while (!isPackage(folder)) folder = dirname(folder);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const known = packages.get(folder) ?? { name, version, licence: license, folder, used_by: new Set() };
  known.used_by.add(library);
  packages.set(folder, known);
}

/** Whether a folder is a package's own, and not one of the stubs that mark a module's kind. */
function isPackage(folder) {
  const file = join(folder, "package.json");
  return existsSync(file) && "version" in JSON.parse(readFileSync(file, "utf8"));
}

function licence_text({ name, version, licence, folder }) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : `Under the ${licence} licence.`;
  return `${"=".repeat(78)}\n${name} ${version} (${licence})\n${"=".repeat(78)}\n${text}\n`;
}
