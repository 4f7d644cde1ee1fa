/** A word that stands where bash's grammar has no place for it, though the mistake shows only later. */
export interface Misplaced {
  word: string;
  position: number;
}

const endOf: Readonly<Record<string, string>> = { if: "fi", while: "done", until: "done", for: "done", select: "done", case: "esac" };
const middleOf: Readonly<Record<string, string>> = { fi: "then", done: "do" };
const introducers: ReadonlySet<string> = new Set(["do", "then", "else", "elif", "if", "while", "until", "time"]);

/** The first such word: what ends a loop that never had its `do`, a name in `for` that something else than `in` follows. */
export function misplaced(text: string): Misplaced | undefined {
  const bare = withoutQuotes(text);
  const open: { end: string; isReady: boolean }[] = [];
  // A command may begin at the start, after what divides commands, and after words that introduce one.
  let begins = true;
  for (const found of bare.matchAll(/[\w.+=/$-]+|[;&|\n(){}`!]|[^\s]/g)) {
    const [word] = found;
    const position = found.index;
    const isCommand: boolean = begins;
    begins = /^[;&|\n(){}`!]$/.test(word) || (isCommand && introducers.has(word));
    if (!isCommand) continue;
    const end = endOf[word];
    const top = open.at(-1);
    if (end !== undefined) {
      open.push({ end, isReady: end === "esac" });
      const stray = strayIn(word, bare, position + word.length);
      if (stray) return stray;
    } else if (top && middleOf[top.end] === word) top.isReady = true;
    else if (word === "fi" || word === "done" || word === "esac") {
      if (top?.end !== word || !top.isReady) return { word, position };
      open.pop();
    }
  }
  return undefined;
}

const afterFor = [/^[ \t]+\w+[ \t]+(?!in(?:\s|$)|do(?:\s|$)|[;{])(\S+)/, /^[ \t]+\w+(?:[ \t]+in[^;\n]*)?[;\n]\s*(?!do(?:[\s;]|$)|[{;#])(\S+)/];
const afterCase = [/^[ \t]+\S+[ \t]+(?!in(?:\s|$))([^\s;]+)/];

/** What follows the name of a `for` or the word of a `case`, where it is not what has to. */
function strayIn(word: string, bare: string, at: number): Misplaced | undefined {
  const rest = bare.slice(at);
  const patterns = word === "for" || word === "select" ? afterFor : word === "case" ? afterCase : [];
  const found = patterns.map((pattern) => pattern.exec(rest)).find((one) => one !== null);
  return found ? { word: (found[1] ?? "").replace(/[;&|].*$/, ""), position: at + found[0].length - (found[1] ?? "").length } : undefined;
}

/** The same text, what is quoted or a comment made blank. */
const withoutQuotes = (text: string): string => text.replace(/'[^']*'|"(?:[^"\\]|\\.)*"|\\.|(?<=^|\s)#.*/g, (part) => part.replace(/[^\n]/g, "_"));
