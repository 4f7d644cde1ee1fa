import { bytesOf, type Source, textOf } from "#base/streams.ts";
import { allOf, defineTool, sourceOfFile, type ToolCall } from "./tool.ts";

const inputOf = ({ options, process, in: input }: ToolCall): Source => {
  const [name] = options.operands;
  return name === undefined || name === "-" ? input : sourceOfFile(process, name);
};

export const base64 = defineTool({
  name: "base64",
  usage: "[OPTION]... [FILE]",
  summary: "Base64 encode or decode FILE, or standard input, to standard output.",
  options: ["d,D,decode", "i,ignore-garbage", "w,wrap="],

  async run(call) {
    const { options, process, out, fail } = call;
    const bytes = await allOf(inputOf(call));
    if (!options.has("decode")) {
      const wrap = options.get("wrap") ?? "76";
      if (!/^\d+$/.test(wrap)) return fail(`invalid wrap size: ‘${wrap}’`);
      const text = encoded(bytes);
      const width = Number(wrap);
      if (width === 0) await out.text(text);
      else for (let at = 0; at < text.length; at += width) await out.line(text.slice(at, at + width));
      return 0;
    }
    const text = textOf(bytes).replace(options.has("ignore-garbage") ? /[^A-Za-z0-9+/=]/g : /\s/g, "");
    const [good = ""] = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text) ?? [];
    const rest = /^[A-Za-z0-9+/]{2,3}/.exec(text.slice(good.length))?.[0] ?? "";
    await process.stdout.write(decoded(good + rest));
    return good === text ? 0 : fail("invalid input");
  },
});

function encoded(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}

const decoded = (text: string): Uint8Array => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));

export const xxd = defineTool({
  name: "xxd",
  usage: "[options] [infile]",
  summary: "Make a hex dump.",
  options: ["p,postscript,plain", "r,reverse", "c,cols=", "l,len=", "s=", "u", "g="],

  async run(call) {
    const { options, out, process } = call;
    const bytes = await allOf(inputOf(call));
    if (options.has("reverse")) {
      const text = textOf(bytes);
      const digits = options.has("plain")
        ? text.replace(/[^0-9a-fA-F]/g, "")
        : text
            .split("\n")
            .map((line) =>
              line
                .replace(/^[0-9a-f]+: ?/, "")
                .split("  ")[0]
                ?.replace(/\s/g, ""),
            )
            .join("");
      await process.stdout.write(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
      return 0;
    }
    const shown = bytes.subarray(
      Number(options.get("s") ?? 0),
      options.has("len") ? Number(options.get("s") ?? 0) + Number(options.get("len")) : undefined,
    );
    const hex = (byte: number) => (options.has("u") ? byte.toString(16).toUpperCase() : byte.toString(16)).padStart(2, "0");
    const across = Number(options.get("cols") ?? (options.has("plain") ? 30 : 16));
    for (let at = 0; at < shown.length; at += across) {
      const row = shown.subarray(at, at + across);
      if (options.has("plain")) {
        await out.line([...row].map(hex).join(""));
        continue;
      }
      const pairs = [...row].map((byte, i) => hex(byte) + (i % 2 ? " " : "")).join("");
      await out.line(
        `${at.toString(16).padStart(8, "0")}: ${pairs.padEnd(Math.ceil(across * 2.5))} ${[...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("")}`,
      );
    }
    return 0;
  },
});

export const rev = defineTool({
  name: "rev",
  usage: "[FILE]...",
  summary: "Reverse lines characterwise.",
  options: [],

  async run(call) {
    const text = textOf(await allOf(inputOf(call)));
    await call.process.stdout.write(
      bytesOf(
        text
          .split("\n")
          .map((line) => [...line].reverse().join(""))
          .join("\n"),
      ),
    );
    return 0;
  },
});
