import { defineBuiltin } from "./builtin.ts";

export const getopts = defineBuiltin({
  name: "getopts",
  usage: "getopts optstring name [arg ...]",

  async run({ args, shell, err }) {
    const [spec, name, ...given] = args;
    if (spec === undefined || name === undefined) {
      await err.line(`getopts: usage: ${getopts.usage}`);
      return 2;
    }
    const words = given.length > 0 ? given : shell.params;
    let index = Number(shell.vars.get("OPTIND") ?? 1) || 1;
    // Where in a bundle such as -abc it stands.
    let at = index === shell.optionIndex ? shell.optionOffset : 1;
    const word = words[index - 1];
    const finish = (status: number, value: string) => {
      shell.vars.set("OPTIND", String(index));
      shell.optionIndex = index;
      shell.optionOffset = at;
      shell.vars.set(name, value);
      return status;
    };
    if (word === undefined || !/^-./.test(word) || word === "--") {
      if (word === "--") index++;
      // Where there are fewer words than were read before, it stands behind the last.
      index = Math.min(index, words.length + 1);
      at = 1;
      return finish(1, "?");
    }
    const letter = word[at++] ?? "";
    const silent = spec.startsWith(":");
    const place = letter === ":" ? -1 : spec.replace(/^:/, "").indexOf(letter);
    const takes = place >= 0 && spec.replace(/^:/, "")[place + 1] === ":";
    const bundleEnds = at >= word.length;
    if (place < 0) {
      if (bundleEnds) {
        index++;
        at = 1;
      }
      if (silent) shell.vars.set("OPTARG", letter);
      else {
        shell.vars.unset("OPTARG");
        if (shell.vars.get("OPTERR") !== "0") await err.line(`${shell.name}: illegal option -- ${letter}`);
      }
      return finish(0, "?");
    }
    if (!takes) {
      if (bundleEnds) {
        index++;
        at = 1;
      }
      shell.vars.unset("OPTARG");
      return finish(0, letter);
    }
    const value = bundleEnds ? words[index] : word.slice(at);
    index += bundleEnds ? 2 : 1;
    at = 1;
    if (value === undefined) {
      index = words.length + 1;
      if (silent) {
        shell.vars.set("OPTARG", letter);
        return finish(0, ":");
      }
      shell.vars.unset("OPTARG");
      if (shell.vars.get("OPTERR") !== "0") await err.line(`${shell.name}: option requires an argument -- ${letter}`);
      return finish(0, "?");
    }
    shell.vars.set("OPTARG", value);
    return finish(0, letter);
  },
});
