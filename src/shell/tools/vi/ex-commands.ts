import type { ExCommand } from "./ex-call.ts";
import { fileCommands } from "./ex-files.ts";
import { textCommands } from "./ex-text.ts";

const all: readonly ExCommand[] = [...fileCommands, ...textCommands];

/** Commands of the real one that this one does without. */
const absent =
  "abbreviate argadd augroup buffer buffers bnext bprevious bdelete bufdo badd cabbrev cd cmap close clist cnext copen colder diffthis diffsplit digraphs echo echomsg execute exe explore Explore fold function help helptags hide if iabbrev imap inoremap iunmap jumps lcd let lmap ls make map mapclear marks messages mkvimrc mksession mode new nmap nnoremap noremap nunmap omap only packadd Plug profile pwd py3 python pyfile resize retab runtime scriptnames shell silent source split startinsert stop sview tab tabclose tabedit tabnew tabnext tabonly tabs tag terminal tselect unabbreviate unlet unmap verbose vertical view vimgrep visual vmap vnew vnoremap vsplit wincmd windo xmap call cnoremap autocmd".split(
    " ",
  );

/** The command of a name, whole or short; its name alone where it is known and not to be had. */
export function commandNamed(name: string): ExCommand | string | undefined {
  const exact = all.find((one) => one.name === name);
  if (exact) return exact;
  const short = all.find((one) => one.name.startsWith(name) && name.startsWith(one.least));
  return short ?? absent.find((one) => one === name || (name.length > 2 && one.startsWith(name)));
}

/** Takes a command line apart behind its range. */
export function afterRange(text: string): { name: string; bang: boolean; args: string; next: string | undefined } {
  // `:s/a/b/`, `:g/x/d` and the like need no blank behind the name, and `:k` takes its mark so.
  const [, name = ""] =
    /^(s(?:ubstitute|u|ub|ubs\w*)?(?=[^a-zA-Z0-9\s"|\\]|$|\s)|g(?=[^a-zA-Z])|v(?=[^a-zA-Z])|k(?=[a-z]\b)|[a-zA-Z]+|[!<>&=#@~*])/.exec(text) ?? [];
  let rest = text.slice(name.length);
  const repeated = /^[<>]$/.test(name) ? (/^[<>]*/.exec(rest)?.[0] ?? "") : "";
  rest = rest.slice(repeated.length);
  const bang = name !== "!" && rest.startsWith("!");
  if (bang) rest = rest.slice(1);
  const command = commandNamed(name);
  const takesBars = typeof command === "object" && (command.takesBars ?? false);
  const args = repeated + (name === "!" ? rest : rest.trimStart());
  if (takesBars) return { name, bang, args, next: undefined };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "\\") i++;
    else if (args[i] === "|") return { name, bang, args: args.slice(0, i).trimEnd(), next: args.slice(i + 1) };
  }
  return { name, bang, args: args.trimEnd(), next: undefined };
}
