import { attributesOf } from "../interpreter/expansion/parameters.ts";
import { shellQuoted } from "../interpreter/expansion/quote.ts";
import type { Shell } from "../interpreter/shell.ts";
import { elementsOf, indexesOf, scalar, type Variable } from "../interpreter/variables.ts";
import { type BuiltinCall, defineBuiltin } from "./builtin.ts";

const nameForm = /^[A-Za-z_]\w*$/;

/** `declare -x NAME="value"`: a variable as it could be typed. */
export function declaration(name: string, variable: Variable): string {
  const flags = attributesOf(variable);
  const start = `declare -${flags || "-"} ${name}`;
  if (variable.list || variable.table) {
    const body = indexesOf(variable).map(
      (index, i) => `[${/^\w+$/.test(index) ? index : shellQuoted(index, '"')}]=${quoted(elementsOf(variable)[i] ?? "")}`,
    );
    return `${start}=(${body.join(" ")}${variable.table && body.length > 0 ? " " : ""})`;
  }
  return variable.value === undefined ? start : `${start}=${quoted(variable.value)}`;
}

const quoted = (text: string): string => shellQuoted(text, '"');

interface Attributes {
  set: string;
  clear: string;
}

/** Reads `-ax +i` and what follows. */
function flagsOf(args: readonly string[]): Attributes & { operands: string[]; invalid: string | undefined } {
  const flags = { set: "", clear: "" };
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      i++;
      break;
    }
    if (!/^[-+][A-Za-z]+$/.test(arg)) break;
    if (arg.startsWith("-")) flags.set += arg.slice(1);
    else flags.clear += arg.slice(1);
  }
  const invalid = [...flags.set].find((flag) => !"aAfFgiIlnprtux".includes(flag));
  return { ...flags, operands: args.slice(i), invalid };
}

function applied(variable: Variable, { set, clear }: Attributes): void {
  if (set.includes("x")) variable.exported = true;
  if (clear.includes("x")) variable.exported = false;
  if (set.includes("i")) variable.integer = true;
  if (clear.includes("i")) variable.integer = false;
  if (set.includes("l")) variable.case = "lower";
  if (set.includes("u")) variable.case = "upper";
  if (clear.includes("l") || clear.includes("u")) delete variable.case;
  if (set.includes("n")) variable.reference = true;
  if (clear.includes("n")) variable.reference = false;
  if (set.includes("A") && !variable.table) {
    variable.table = new Map();
    delete variable.list;
  } else if (set.includes("a") && !variable.list) {
    variable.list = variable.value === undefined ? [] : [variable.value];
    variable.value = undefined;
  }
}

async function declaring(
  call: BuiltinCall,
  attributes: Attributes,
  operands: readonly string[],
  where: "local" | "global" | "found",
): Promise<number> {
  const { shell, fail, declared } = call;
  let status = 0;
  for (const operand of operands) {
    const array = declared.get(operand);
    const [, name = operand, append, value] = /^([A-Za-z_]\w*)(\+?)=([\s\S]*)$/.exec(operand) ?? [];
    if (!nameForm.test(name)) {
      status = await fail(`\`${operand}': not a valid identifier`);
      continue;
    }
    const place = where === "global" && shell.vars.depth > 0 && !attributes.set.includes("g") ? "local" : where;
    const known = place === "local" && where !== "found" ? undefined : shell.vars.own(name);
    if (known?.readonly && (value !== undefined || array)) {
      status = await fail(`${name}: readonly variable`);
      continue;
    }
    const variable = shell.vars.declare(name, place);
    applied(variable, attributes);
    if (array) await shell.runner.assign(shell, array);
    else if (value !== undefined && attributes.set.includes("n")) variable.value = value;
    else if (value !== undefined) shell.vars.set(name, value, append === "+");
    if (attributes.set.includes("r")) variable.readonly = true;
    if (attributes.set.includes("x")) shell.vars.onSet?.(name);
  }
  return status;
}

async function printed(call: BuiltinCall, names: readonly string[], matches: (variable: Variable) => boolean): Promise<number> {
  const { shell, out, fail } = call;
  let status = 0;
  if (names.length === 0) {
    for (const [name, variable] of shell.vars.all()) if (matches(variable)) await out.line(declaration(name, variable));
    return 0;
  }
  for (const name of names) {
    const variable = shell.vars.own(name);
    if (variable) await out.line(declaration(name, variable));
    else status = await fail(`${name}: not found`);
  }
  return status;
}

/** All variables as `set` lists them. */
export async function listed({ shell, out }: BuiltinCall): Promise<void> {
  for (const [name, variable] of shell.vars.all()) {
    const value = variable.list || variable.table ? declaration(name, variable).split("=").slice(1).join("=") : scalar(variable);
    if (value !== undefined)
      await out.line(`${name}=${variable.list || variable.table ? value : /^[\w@%+=:,./-]*$/.test(value) ? value : shellQuoted(value)}`);
  }
}

async function functionsListed({ shell, out }: BuiltinCall, names: readonly string[], namesOnly: boolean): Promise<number> {
  let status = 0;
  for (const name of names.length > 0 ? names : [...shell.functions.keys()].sort()) {
    const callee = shell.functions.get(name);
    if (!callee) status = 1;
    else await out.line(namesOnly ? (names.length > 0 ? name : `declare -f${shell.exportedFunctions.has(name) ? "x" : ""} ${name}`) : callee.text);
  }
  return status;
}

async function declareRun(call: BuiltinCall): Promise<number> {
  const flags = flagsOf(call.args);
  if (flags.invalid) {
    await call.fail(`-${flags.invalid}: invalid option`);
    await call.err.line(`${call.name}: usage: ${declare.usage}`);
    return 2;
  }
  if (/[fF]/.test(flags.set)) return functionsListed(call, flags.operands, flags.set.includes("F"));
  if (flags.set.includes("p") || flags.operands.length === 0) {
    if (!flags.set && call.args.length === 0) {
      await listed(call);
      return 0;
    }
    const wanted = flags.set.replace("p", "");
    return printed(call, flags.operands, (variable) => [...wanted].every((flag) => attributesOf(variable).includes(flag)));
  }
  const where = call.name === "local" ? "local" : flags.set.includes("g") || call.shell.vars.depth === 0 ? "global" : "local";
  return declaring(call, flags, flags.operands, where);
}

export const declare = defineBuiltin({
  name: "declare",
  usage: "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]",
  declares: true,
  run: declareRun,
});

export const typeset = defineBuiltin({ name: "typeset", usage: declare.usage.replaceAll("declare", "typeset"), declares: true, run: declareRun });

export const local = defineBuiltin({
  name: "local",
  usage: "local [option] name[=value] ...",
  declares: true,

  async run(call) {
    if (call.shell.vars.depth === 0) return call.fail("can only be used in a function");
    if (call.args.length === 0) {
      for (const [name, variable] of call.shell.vars.innermost()) if (variable.value !== undefined) await call.out.line(`${name}=${variable.value}`);
      return 0;
    }
    return declareRun(call);
  },
});

export const exportBuiltin = defineBuiltin({
  name: "export",
  usage: "export [-fn] [name[=value] ...] or export -p",
  declares: true,
  special: true,

  async run(call) {
    const { set, operands } = flagsOf(call.args);
    if (set.includes("f")) return exportFunctions(call, operands, !set.includes("n"));
    if (operands.length === 0) return printed(call, [], (variable) => variable.exported === true);
    if (set.includes("n")) {
      for (const name of operands) exportedNot(call.shell, name);
      return 0;
    }
    return declaring(call, { set: "x", clear: "" }, operands, "found");
  },
});

async function exportFunctions({ shell, out, fail }: BuiltinCall, names: readonly string[], isExported: boolean): Promise<number> {
  if (names.length === 0) for (const name of shell.exportedFunctions) await out.line(`${shell.functions.get(name)?.text ?? ""}\ndeclare -fx ${name}`);
  let status = 0;
  for (const name of names) {
    if (!shell.functions.has(name)) status = await fail(`${name}: not a function`);
    else shell.exportedFunctions = new Set([...[...shell.exportedFunctions].filter((one) => one !== name), ...(isExported ? [name] : [])]);
  }
  return status;
}

function exportedNot(shell: Shell, operand: string): void {
  const [name = "", value] = operand.split(/=([\s\S]*)/);
  if (value !== undefined) shell.vars.set(name, value);
  shell.vars.export(name, false);
}

export const readonlyBuiltin = defineBuiltin({
  name: "readonly",
  usage: "readonly [-aAf] [name[=value] ...] or readonly -p",
  declares: true,
  special: true,

  async run(call) {
    const { set, operands } = flagsOf(call.args);
    if (operands.length === 0) return printed(call, [], (variable) => variable.readonly === true);
    return declaring(call, { set: `${set.replace(/[pf]/g, "")}r`, clear: "" }, operands, "found");
  },
});

export const unset = defineBuiltin({
  name: "unset",
  usage: "unset [-f] [-v] [-n] [name ...]",
  special: true,

  async run({ args, shell, fail }) {
    const onlyFunctions = args[0] === "-f";
    const onlyVariables = args[0] === "-v" || args[0] === "-n";
    let status = 0;
    for (const name of args[0]?.startsWith("-") ? args.slice(1) : args) {
      const [, array, index] = /^([A-Za-z_]\w*)\[([\s\S]*)\]$/.exec(name) ?? [];
      const target = array ?? name;
      const variable = shell.vars.find(target);
      if (variable?.readonly && !onlyFunctions) {
        status = await fail(`${target}: cannot unset: readonly variable`);
        continue;
      }
      if (onlyFunctions) shell.functions.delete(name);
      else if (array !== undefined && index !== undefined) {
        if (index === "@" || index === "*") shell.vars.unset(array);
        else shell.vars.unsetElement(array, variable?.table ? index.replace(/^(['"])(.*)\1$/, "$2") : shell.vars.evaluate(index));
      } else if (variable || onlyVariables || shell.vars.dynamic.has(name)) shell.vars.unset(name);
      else shell.functions.delete(name);
    }
    return status;
  },
});
