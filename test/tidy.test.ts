// Keeps the shape of the code: ARCHITECTURE.md's table of imports, the registries, the names.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

function files(folder: string, ending = /\.tsx?$/): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

/** The rows of the table: a folder and what it may import. */
function table(): Map<string, Set<string>> {
  const rows = readFileSync(join(root, "ARCHITECTURE.md"), "utf8").matchAll(/^\| `([\w/]+)` \| ([^|]+) \|$/gm);
  return new Map([...rows].map(([, folder = "", may = ""]) => [folder, new Set([...may.matchAll(/`([\w/]+)`/g)].map((match) => match[1] ?? ""))]));
}

/** The most specific row that a path of the source belongs to. */
function rowOf(path: string, rows: Iterable<string>): string {
  return [...rows].filter((row) => path === row || path.startsWith(`${row}/`)).sort((a, b) => b.length - a.length)[0] ?? "";
}

const importsOf = (source: string) =>
  [...source.matchAll(/(?:^|\n)\s*(?:import|export)\s[^"';]*?from\s+"([^"]+)"|import\("([^"]+)"\)|(?:^|\n)import\s+"([^"]+)"/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );

const rules = table();
const sources = [...files("src"), ...files("web")].filter((file) => !/\.(test|d)\.tsx?$/.test(file));
const placeOf = (file: string) => file.replace(/^src\//, "");

test("each folder imports only what the table allows", () => {
  const broken: string[] = [];
  for (const file of sources) {
    const from = rowOf(placeOf(file), rules.keys());
    if (!from) broken.push(`${file}: its folder has no row in ARCHITECTURE.md`);
    for (const specifier of importsOf(readFileSync(join(root, file), "utf8"))) {
      const to = specifier.startsWith("#")
        ? specifier.slice(1)
        : specifier.startsWith(".")
          ? placeOf(relative(root, join(root, dirname(file), specifier)))
          : undefined;
      if (to === undefined) continue;
      const into = rowOf(to, rules.keys());
      if (into !== from && !rules.get(from)?.has(into)) broken.push(`${file} (${from}) imports ${specifier} (${into || "nowhere"})`);
      if (specifier.startsWith(".") && rowOf(to, rules.keys()) !== from) broken.push(`${file}: across folders, write ${`#${to}`}`);
    }
  }
  expect(broken).toEqual([]);
});

test("the layers under host know neither Node nor Cloudflare", () => {
  const broken = sources
    .filter((file) => /^src\/(base|generated|machinery|shell|cluster|commands|lessons)\//.test(file))
    .flatMap((file) =>
      importsOf(readFileSync(join(root, file), "utf8"))
        .filter((specifier) => /^(node|cloudflare):/.test(specifier))
        .map((specifier) => `${file}: ${specifier}`),
    );
  expect(broken).toEqual([]);
});

test("imports name the file with its ending", () => {
  const broken = sources.flatMap((file) =>
    importsOf(readFileSync(join(root, file), "utf8"))
      .filter((specifier) => /^[#.]/.test(specifier) && !/\.(tsx?|json|css|svg)$/.test(specifier))
      .map((specifier) => `${file}: ${specifier}`),
  );
  expect(broken).toEqual([]);
});

test("files are named in kebab-case", () => {
  expect(sources.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.(en|ja))?\.tsx?$/.test(file.split("/").at(-1) ?? ""))).toEqual([]);
});

test("nothing pretends to be finished later", () => {
  const broken = [...sources, ...files("scripts"), ...files("bench")].filter((file) =>
    /\b(TODO|FIXME|XXX)\b|@ts-(ignore|expect-error)|\bas any[;,)\]]/.test(readFileSync(join(root, file), "utf8")),
  );
  expect(broken).toEqual([]);
});

test("no source file outgrows its domain", () => {
  // Tables of facts may be long.
  const facts = /^src\/generated\//;
  const long = sources
    .filter((file) => !facts.test(file))
    .map((file) => [file, readFileSync(join(root, file), "utf8").trimEnd().split("\n").length] as const)
    .filter(([, count]) => count > 500);
  expect(long).toEqual([]);
});
