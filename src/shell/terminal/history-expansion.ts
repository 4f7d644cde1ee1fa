/** What cannot be found in the history. */
export class EventNotFound extends Error {
  constructor(event: string) {
    super(`${event}: event not found`);
  }
}

/** `!!`, `!$`, `!42`, `!-2`, `!kubectl`, `!?text?`, `^old^new` in a line written out. */
export function withHistory(line: string, history: readonly string[]): string {
  const quick = /^\^([^^]+)\^([^^]*)\^?$/.exec(line);
  if (quick?.[1] !== undefined) {
    const last = history.at(-1);
    if (!last?.includes(quick[1])) throw new EventNotFound(`:s${line}`);
    return last.replace(quick[1], quick[2] ?? "");
  }
  let result = "";
  let single = false;
  let double = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? "";
    if (character === "\\" && !single) {
      result += character + (line[++at] ?? "");
      continue;
    }
    if (character === "'" && !double) single = !single;
    if (character === '"' && !single) double = !double;
    const next = line[at + 1];
    if (character !== "!" || single || next === undefined || /[\s=(]/.test(next) || (double && next === '"')) {
      result += character;
      continue;
    }
    const [whole = "", body = ""] = /^!(!|\$|\*|\^|-?\d+|\?[^?]*\??|[^\s:;|&()<>'"$!]+)/.exec(line.slice(at)) ?? [];
    // `$#` and `${!x}` are not events.
    if (whole === "" || /[$\w{]$/.test(result.slice(-1))) {
      result += character;
      continue;
    }
    const [designator = ""] = /^(?::[$^*\d]+(?:-\d*)?|:p)/.exec(line.slice(at + whole.length)) ?? [];
    result += wordsOf(eventOf(body, whole, history), designator || (/^[$*^]$/.test(body) ? `:${body}` : ""));
    at += whole.length + designator.length - 1;
  }
  return result;
}

function eventOf(body: string, whole: string, history: readonly string[]): string {
  const found = /^[!$*^]$/.test(body)
    ? history.at(-1)
    : /^-\d+$/.test(body)
      ? history.at(Number(body))
      : /^\d+$/.test(body)
        ? history[Number(body) - 1]
        : body.startsWith("?")
          ? history.findLast((line) => line.includes(body.replace(/^\?|\?$/g, "")))
          : history.findLast((line) => line.startsWith(body));
  if (found === undefined) throw new EventNotFound(whole);
  return found;
}

function wordsOf(event: string, designator: string): string {
  if (designator === "") return event;
  const words = event.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  const which = designator.slice(1);
  if (which === "$") return words.at(-1) ?? "";
  if (which === "^") return words[1] ?? "";
  if (which === "*") return words.slice(1).join(" ");
  const [from = "0", to] = which.split("-");
  return to === undefined ? (words[Number(from)] ?? "") : words.slice(Number(from), to === "" ? -1 : Number(to) + 1).join(" ");
}
