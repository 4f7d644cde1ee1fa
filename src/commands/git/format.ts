import type { decorations } from "./history.ts";
import type { Commit, Person } from "./objects.ts";
import type { Paint } from "./paint.ts";
import type { Repository } from "./repository.ts";
import { bodyOf, shortId, subjectOf } from "./revision.ts";

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (number: number) => String(number).padStart(2, "0");

/** A moment in one of the forms of `--date`. */
export function dateText({ at, zone }: Pick<Person, "at" | "zone">, form = "default", now = 0): string {
  const offset = (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3))) * (zone.startsWith("-") ? -60 : 60);
  const date = new Date((at + offset) * 1000);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  const short = `${year}-${two(month + 1)}-${two(day)}`;
  const [weekday, name] = [days[date.getUTCDay()], months[month]];
  switch (form.replace(/-local$/, "")) {
    case "short":
      return short;
    case "iso":
    case "iso8601":
      return `${short} ${clock} ${zone}`;
    case "iso-strict":
    case "iso8601-strict":
      return `${short}T${clock}${zone === "+0000" ? "+00:00" : `${zone.slice(0, 3)}:${zone.slice(3)}`}`;
    case "rfc":
    case "rfc2822":
      return `${weekday}, ${day} ${name} ${year} ${clock} ${zone}`;
    case "raw":
      return `${at} ${zone}`;
    case "unix":
      return String(at);
    case "relative":
      return relative(now - at);
    default:
      return form.startsWith("format:") ? strf(form.slice(7), date) : `${weekday} ${name} ${day} ${clock} ${year} ${zone}`;
  }
}

function strf(format: string, date: Date): string {
  const fields: Record<string, string> = {
    Y: String(date.getUTCFullYear()),
    m: two(date.getUTCMonth() + 1),
    d: two(date.getUTCDate()),
    e: String(date.getUTCDate()).padStart(2),
    H: two(date.getUTCHours()),
    M: two(date.getUTCMinutes()),
    S: two(date.getUTCSeconds()),
    a: days[date.getUTCDay()] ?? "",
    b: months[date.getUTCMonth()] ?? "",
    y: two(date.getUTCFullYear() % 100),
    F: `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`,
    T: `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`,
    "%": "%",
  };
  return format.replace(/%([A-Za-z%])/g, (whole, letter: string) => fields[letter] ?? whole);
}

/** How long ago, as git rounds it. */
function relative(seconds: number): string {
  if (seconds < 0) return "in the future";
  const ago = (count: number, unit: string) => `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  if (seconds < 90) return ago(seconds, "second");
  const minutes = Math.floor((seconds + 30) / 60);
  if (minutes < 90) return ago(minutes, "minute");
  const hours = Math.floor((minutes + 30) / 60);
  if (hours < 36) return ago(hours, "hour");
  const daysAgo = Math.floor((hours + 12) / 24);
  if (daysAgo < 14) return ago(daysAgo, "day");
  if (daysAgo < 70) return ago(Math.floor((daysAgo + 3) / 7), "week");
  if (daysAgo < 365) return ago(Math.floor((daysAgo + 15) / 30), "month");
  const monthsAgo = Math.floor((daysAgo * 12 * 2 + 365) / (365 * 2));
  const [years, rest] = [Math.floor(monthsAgo / 12), monthsAgo % 12];
  if (daysAgo < 1825 && rest > 0) return `${years} year${years === 1 ? "" : "s"}, ${ago(rest, "month")}`;
  return ago(daysAgo < 1825 ? years : Math.floor((daysAgo + 183) / 365), "year");
}

export interface FormatOptions {
  paint: Paint;
  date?: string;
  abbreviates?: boolean;
  /** Names of commits, where they are to be shown. */
  names?: ReturnType<typeof decorations>;
  /** The same for `%d`, which shows them always. */
  allNames: () => ReturnType<typeof decorations>;
}

/** ` (HEAD -> main, tag: v1)` */
export function namesText(names: ReturnType<typeof decorations> | undefined, id: string, paint: Paint): string {
  const found = names?.get(id);
  if (!found) return "";
  const shown = found.map(({ text, slot }) => paint(slot, text));
  return paint("commit", " (") + shown.join(paint("commit", ", ")) + paint("commit", ")");
}

/** A commit in one of git's own forms, without what it changed. */
export function commitText(repository: Repository, commit: Commit, form: string, options: FormatOptions): string {
  const { paint } = options;
  const id = options.abbreviates ? shortId(repository, commit.id) : commit.id;
  if (form === "oneline") return `${paint("commit", id)}${namesText(options.names, commit.id, paint)} ${subjectOf(commit.message)}\n`;
  const person = ({ name, email }: Person) => `${name} <${email}>`;
  const now = Math.floor(repository.process.machine.clock.now() / 1000);
  const date = (of: Person) => dateText(of, options.date, now);
  const names = namesText(options.names, commit.id, paint);
  // The colour goes on over the names, as git's does.
  const head = [`${paint("commit", `commit ${id}`)}${names}`];
  if (commit.parents.length > 1) head.push(`Merge: ${commit.parents.map((one) => shortId(repository, one)).join(" ")}`);
  if (form === "raw")
    return `${[head[0], `tree ${commit.tree}`, ...commit.parents.map((one) => `parent ${one}`), `author ${person(commit.author)} ${dateText(commit.author, "raw")}`, `committer ${person(commit.committer)} ${dateText(commit.committer, "raw")}`].join("\n")}\n\n${indented(commit.message)}`;
  if (form === "fuller")
    head.push(
      `Author:     ${person(commit.author)}`,
      `AuthorDate: ${date(commit.author)}`,
      `Commit:     ${person(commit.committer)}`,
      `CommitDate: ${date(commit.committer)}`,
    );
  else {
    head.push(`Author: ${person(commit.author)}`);
    if (form === "full") head.push(`Commit: ${person(commit.committer)}`);
    if (form === "medium") head.push(`Date:   ${date(commit.author)}`);
  }
  return `${head.join("\n")}\n\n${form === "short" ? `    ${subjectOf(commit.message)}\n` : indented(commit.message)}`;
}

const indented = (message: string): string =>
  message
    .replace(/\n+$/, "")
    .split("\n")
    .map((line) => (line === "" ? "    \n" : `    ${line}\n`))
    .join("")
    .replace(/^ {4}$/gm, "    ");

const colourCodes: Readonly<Record<string, string>> = {
  reset: "",
  red: "31",
  green: "32",
  yellow: "33",
  blue: "34",
  magenta: "35",
  cyan: "36",
  white: "37",
  black: "30",
  bold: "1",
  dim: "2",
  normal: "",
};

/** A commit by a format of the user's own. https://git-scm.com/docs/pretty-formats */
export function formatted(repository: Repository, commit: Commit, format: string, options: FormatOptions): string {
  const isColoured = options.paint("commit", "x") !== "x";
  const colour = (spec: string) => {
    if (!isColoured && !spec.startsWith("always,")) return "";
    const codes = spec
      .replace(/^(auto|always),/, "")
      .split(/[ ,]+/)
      .map((word) => colourCodes[word] ?? "");
    return `\x1b[${codes.filter(Boolean).join(";")}m`;
  };
  const now = Math.floor(repository.process.machine.clock.now() / 1000);
  const person = (who: Person, letter: string) =>
    ({
      n: who.name,
      N: who.name,
      e: who.email,
      E: who.email,
      l: who.email.replace(/@.*/, ""),
      d: dateText(who, options.date, now),
      D: dateText(who, "rfc"),
      r: dateText(who, "relative", now),
      i: dateText(who, "iso"),
      I: dateText(who, "iso-strict"),
      t: String(who.at),
      s: dateText(who, "short"),
    })[letter];
  const names = () =>
    options
      .allNames()
      .get(commit.id)
      ?.map(({ text }) => text) ?? [];
  const simple: Record<string, () => string> = {
    H: () => commit.id,
    h: () => shortId(repository, commit.id),
    T: () => commit.tree,
    t: () => shortId(repository, commit.tree),
    P: () => commit.parents.join(" "),
    p: () => commit.parents.map((id) => shortId(repository, id)).join(" "),
    s: () => subjectOf(commit.message),
    f: () =>
      subjectOf(commit.message)
        .replace(/[^A-Za-z0-9._]+/g, "-")
        .replace(/^-|[-.]$/g, ""),
    b: () => bodyOf(commit.message),
    B: () => commit.message,
    d: () => (names().length > 0 ? namesText(options.allNames(), commit.id, options.paint) : ""),
    D: () => names().join(", "),
    n: () => "\n",
    "%": () => "%",
    m: () => ">",
    e: () => "",
    N: () => "",
    "G?": () => "N",
  };
  return format.replace(
    /%(?:C\(([^)]*)\)|C(red|green|blue|reset)|x([0-9a-fA-F]{2})|([ac])([nNeElDdriIts])|(G\?|[HhTtPpsfbBdDn%meN])|w\([^)]*\)|<\(\d+[^)]*\))/g,
    (whole, spec?: string, named?: string, hex?: string, who?: string, field?: string, letter?: string) => {
      if (spec !== undefined || named !== undefined) return colour(spec ?? named ?? "");
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (who !== undefined) return person(who === "a" ? commit.author : commit.committer, field ?? "") ?? whole;
      return letter === undefined ? whole : (simple[letter]?.() ?? whole);
    },
  );
}
