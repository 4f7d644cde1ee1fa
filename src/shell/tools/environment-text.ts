import { bytesOf, textOf } from "#base/streams.ts";
import { allOf, defineTool } from "./tool.ts";

const reference = /\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))/g;

const namesIn = (text: string): string[] => [...text.matchAll(reference)].map(([, braced, plain]) => braced ?? plain ?? "");

/** GNU gettext's: it knows `$NAME` and `${NAME}` alone, and what is not set becomes nothing. */
export const envsubst = defineTool({
  name: "envsubst",
  usage: "[OPTION] [SHELL-FORMAT]",
  summary: "Substitutes the values of environment variables.",
  options: ["v,variables", "V,version"],

  async run({ options, process, out, fail }) {
    const [format] = options.operands;
    if (options.has("version")) {
      await out.line("envsubst (GNU gettext-runtime) 0.21");
      return 0;
    }
    if (options.has("variables")) {
      if (format === undefined) return fail("missing arguments");
      for (const name of namesIn(format)) await out.line(name);
      return 0;
    }
    const wanted = format === undefined ? undefined : new Set(namesIn(format));
    const text = textOf(await allOf(process.stdin));
    const replaced = text.replace(reference, (whole, braced: string | undefined, plain: string | undefined) => {
      const name = braced ?? plain ?? "";
      return wanted && !wanted.has(name) ? whole : (process.env.get(name) ?? "");
    });
    await out.bytes(bytesOf(replaced));
    return 0;
  },
});

export const uuidgen = defineTool({
  name: "uuidgen",
  usage: "[options]",
  summary: "Create a new UUID value.",
  options: ["r,random", "t,time"],

  async run({ process, out }) {
    await out.line(process.machine.random.uuid());
    return 0;
  },
});
