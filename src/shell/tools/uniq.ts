import { bytesOf } from "#base/streams.ts";
import { defineTool, lineBlocks, sourceOfFile } from "./tool.ts";

export const uniq = defineTool({
  name: "uniq",
  usage: "[OPTION]... [INPUT [OUTPUT]]",
  summary: "Filter adjacent matching lines from INPUT, writing to OUTPUT.",
  options: [
    "c,count",
    "d,repeated",
    "D,all-repeated?",
    "f,skip-fields=",
    "i,ignore-case",
    "s,skip-chars=",
    "u,unique",
    "z,zero-terminated",
    "w,check-chars=",
  ],

  async run({ options, process, out, in: input }) {
    const [from, to] = options.operands;
    const source = from === undefined || from === "-" ? input : sourceOfFile(process, from);
    const target = to === undefined || to === "-" ? undefined : process.open(to, "write");
    const skipFields = Number(options.get("skip-fields") ?? 0);
    const skip = Number(options.get("skip-chars") ?? 0);
    const most = Number(options.get("check-chars") ?? Number.POSITIVE_INFINITY);
    const keyOf = (line: string) => {
      let key = line;
      for (let i = 0; i < skipFields; i++) key = key.replace(/^[ \t]*[^ \t]*/, "");
      key = key.slice(skip, most === Number.POSITIVE_INFINITY ? undefined : skip + most);
      return options.has("ignore-case") ? key.toLowerCase() : key;
    };
    const end = options.has("zero-terminated") ? "\0" : "\n";
    const print = async (text: string) => {
      if (target) await process.writeTo(target, bytesOf(text));
      else await out.text(text);
    };
    let current: string | undefined;
    let key = "";
    let group: string[] = [];
    const finish = async () => {
      if (current === undefined) return;
      const count = group.length;
      if (options.has("all-repeated")) {
        if (count > 1) for (const line of group) await print(line + end);
        return;
      }
      if ((options.has("repeated") && count < 2) || (options.has("unique") && count > 1)) return;
      await print(`${options.has("count") ? `${String(count).padStart(7)} ` : ""}${current}${end}`);
    };
    for await (const block of lineBlocks(source, end)) {
      for (const { text } of block) {
        const own = keyOf(text);
        if (current !== undefined && own === key) {
          group.push(text);
          continue;
        }
        await finish();
        current = text;
        key = own;
        group = [text];
      }
      await out.flush();
    }
    await finish();
    await out.flush();
    target?.release();
    return 0;
  },
});
