/**
 * Writes objects of named types, `Object.spec{replicas: 3}`, as maps, `{"replicas": 3}`: what an expression makes is JSON in the end. Everything
 * else stays where it was, as far as errors tell of places.
 */
export function withMapLiterals(text: string): string {
  if (!/(?:Object|JSONPatch)[\w.]*\s*\{/.test(text)) return text;
  let out = "";
  /** What each open brace or bracket is: of a typed object, whose keys are names, or not. */
  const open: boolean[] = [];
  let expectsKey = false;
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const string = /^[rRbB]*("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/.exec(rest)?.[0];
    const typed = /^(?:Object|JSONPatch)(?:\.\w+)*\s*\{/.exec(rest)?.[0];
    const word = /^\w+/.exec(rest)?.[0];
    const c = rest[0] ?? "";
    if (string) {
      out += string;
      at += string.length;
      expectsKey = false;
    } else if (typed && !/[\w.]/.test(text[at - 1] ?? "")) {
      out += "{";
      at += typed.length;
      open.push(true);
      expectsKey = true;
    } else if (word) {
      out += expectsKey ? `"${unescaped(word)}"` : word;
      at += word.length;
      expectsKey = false;
    } else {
      if (c === "{" || c === "[" || c === "(") open.push(false);
      else if (c === "}" || c === "]" || c === ")") open.pop();
      if (!/\s/.test(c)) expectsKey = c === "," && open.at(-1) === true;
      out += c;
      at++;
    }
  }
  return out;
}

const escapes: Readonly<Record<string, string>> = { __dot__: ".", __dash__: "-", __slash__: "/", __underscores__: "__" };

/** A field's name as JSON has it: `foo__dash__bar` is `foo-bar`. */
const unescaped = (name: string): string => name.replace(/__(?:dot|dash|slash|underscores)__/g, (coded) => escapes[coded] ?? coded);
