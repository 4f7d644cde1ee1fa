import { applyMergePatch } from "#machinery/merge-patch.ts";
import { schemaOf } from "#machinery/schema.ts";
import { applyStrategicPatch } from "#machinery/strategic-patch.ts";
import { bool, duration, int, string, strings } from "../../cli/flags.ts";
import { pathOf, type Resource } from "../api/discovery.ts";
import type { Thing } from "../api/server.ts";
import { type Asked, defineCommand } from "../command.ts";
import { lastApplied, validationOf, withLastApplied } from "../create/creation.ts";
import { CommandError, isConflict, isNotFound, ServerError, throwAll, usageError, withSource } from "../errors.ts";
import { latePrinterFor, outputFlags } from "../print/formats.ts";
import { sortedJson } from "../print/json.ts";
import { type DryRun, doneText } from "../print/name.ts";
import { causeOf, changeCause } from "../record.ts";
import { needFiles } from "../resources/files.ts";
import { find } from "../resources/find.ts";
import { dryRunFlag, fileFlags, recordFlag, selectorFlag, validateFlag } from "../resources/flags.ts";
import { type Target, targetPath } from "../resources/target.ts";
import { editLastApplied, setLastApplied, viewLastApplied } from "./last-applied.ts";
import { prunableResources, prune, type Visited } from "./prune.ts";
import { threeWayMergePatch, threeWayPatch } from "./strategic-diff.ts";

const flags = {
  ...outputFlags,
  ...fileFlags("of the configurations to apply."),
  all: bool({ help: "All objects of the namespace, for --prune." }),
  cascade: string({
    default: "background",
    bare: "background",
    help: 'What becomes of objects that a deleted one owns: "background", "foreground" or "orphan".',
  }),
  "dry-run": dryRunFlag,
  "field-manager": string({ default: "kubectl-client-side-apply", help: "The name under which changed fields are owned." }),
  force: bool({ help: "Delete and make anew what cannot be changed." }),
  "force-conflicts": bool({ help: "With --server-side, take over fields that others own." }),
  "grace-period": int({ default: -1, help: "How many seconds a deleted object gets for an orderly end; a negative number is its own." }),
  "openapi-patch": bool({ default: true, help: "Compute patches by the server's schemas, where it has them." }),
  overwrite: bool({ default: true, help: "Let the configuration win where others have changed what it says." }),
  prune: bool({ help: "Delete objects that were applied before and are in no file any more." }),
  "prune-allowlist": strings({ commas: false, help: "The kinds to prune, as group/version/kind." }),
  record: recordFlag,
  selector: selectorFlag,
  "server-side": bool({ help: "Let the server merge the configuration." }),
  subresource: string({ help: "The part of the object to apply to.", completes: ["status", "scale"] }),
  timeout: duration({ help: "How long to wait for an object to be deleted." }),
  validate: validateFlag,
  wait: bool({ help: "Wait until deleted objects are gone." }),
} as const;

type Ask = Asked<typeof flags>;

export const apply = defineCommand({
  name: "apply",
  connectsFirst: true,
  group: "Advanced Commands:",
  usage: "(-f FILENAME | -k DIRECTORY)",
  summary: "Apply a configuration to a resource by file name or stdin",
  examples: `# What a file says
kubectl apply -f ./deployment.yaml

# What comes in on standard input
cat deployment.yaml | kubectl apply -f -

# Let the server merge it
kubectl apply --server-side -f ./deployment.yaml`,
  flags,
  commands: [editLastApplied, setLastApplied, viewLastApplied],

  async run(context) {
    const { flags: f, args, kube, out, process } = context;
    if (args.length > 0) throw usageError(context, `Unexpected args: [${args.join(" ")}]`);
    const dryRun = kube.dryRun(f["dry-run"]);
    needFiles(f);
    check(context, dryRun);
    const prunable = f.prune ? await prunableResources(kube, f["prune-allowlist"]) : [];
    const print = latePrinterFor(process, f);
    const gathers = print !== undefined && f.output !== "name";

    const errors: unknown[] = [];
    const targets: Target[] = [];
    const found = await find(kube, process, {
      files: f,
      labels: f.selector,
      enforceNamespace: true,
      validates: validationOf(f.validate) !== "Ignore",
      continues: true,
    });
    for await (const entry of found.targets()) {
      if ("error" in entry) errors.push(entry.error);
      else targets.push(entry);
    }
    if (targets.length === 0 && errors.length === 0) throw new CommandError("no objects passed to apply");

    const applied: Thing[] = [];
    const visited: Visited = { uids: new Set(), namespaces: new Set(kube.namespaceIsExplicit ? [kube.namespace] : []) };
    for (const target of targets) {
      if (target.namespace) visited.namespaces.add(target.namespace);
      try {
        const { object, done } = f["server-side"] ? await applyOnServer(context, target, dryRun) : await applyHere(context, target, dryRun);
        if (object.metadata.uid) visited.uids.add(object.metadata.uid);
        if (object.metadata.deletionTimestamp)
          out.error(`Warning: Detected changes to resource ${object.metadata.name} which is currently being deleted.`);
        applied.push(object);
        if (!gathers) out.print(print ? print(object) : doneText(object, done, dryRun));
        await out.flush();
      } catch (error) {
        if (!(error instanceof ServerError || error instanceof CommandError)) throw error;
        errors.push(error);
      }
    }
    throwAll(errors);
    if (gathers) {
      const [only] = applied;
      const list = { apiVersion: "v1", items: applied, kind: "List", metadata: {} } as unknown as Thing;
      out.print(print(applied.length === 1 && only ? only : list));
    }
    if (f.prune) await prune(context, prunable, visited, dryRun);
  },
});

function check({ flags: f }: Ask, dryRun: DryRun): void {
  if (f["force-conflicts"] && !f["server-side"]) throw new CommandError("--force-conflicts only works with --server-side");
  if (dryRun === "client" && f["server-side"])
    throw new CommandError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  if (f["server-side"] && f.force) throw new CommandError("--force cannot be used with --server-side");
  if (dryRun === "server" && f.force) throw new CommandError("--dry-run=server cannot be used with --force");
  if (f.all && f.selector) throw new CommandError("cannot set --all and --selector at the same time");
  validationOf(f.validate);
  if (!f.prune) return;
  if (f.force) throw new CommandError("--force cannot be used with --prune");
  if (!f.all && !f.selector)
    throw new CommandError(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
    );
}

function queryOf({ flags: f, changed }: Ask, dryRun: DryRun) {
  const manager = f["server-side"] && !changed("field-manager") ? "kubectl" : f["field-manager"];
  return { fieldManager: manager, fieldValidation: validationOf(f.validate), dryRun: dryRun === "server" ? "All" : undefined };
}

interface Applied {
  object: Thing;
  done: string;
}

function configurationOf({ flags: f, line }: Ask, { object, name }: Target): Thing {
  if (!object) throw new CommandError("no objects passed to apply");
  if (!name && object.metadata.generateName) throw new CommandError(`from ${object.metadata.generateName}: cannot use generate name with apply`);
  return f.record
    ? { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [changeCause]: causeOf(line) } } }
    : object;
}

async function applyOnServer(context: Ask, target: Target, dryRun: DryRun): Promise<Applied> {
  const { flags: f, kube } = context;
  const object = configurationOf(context, target);
  const query = { ...queryOf(context, dryRun), force: String(f["force-conflicts"]) };
  try {
    const applied = await kube.server.send("PATCH", targetPath(target, f.subresource), {
      body: sortedJson(object),
      contentType: "application/apply-patch+yaml",
      query,
    });
    return { object: applied, done: "serverside-applied" };
  } catch (error) {
    if (!isConflict(error) || !(error instanceof ServerError)) throw error;
    throw new CommandError(`${error.message}\n${conflictHelp}`);
  }
}

const conflictHelp = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

async function applyHere(context: Ask, target: Target, dryRun: DryRun): Promise<Applied> {
  const { kube, out } = context;
  const modified = withLastApplied(configurationOf(context, target), sortedJson);
  let current: Thing;
  try {
    current = await kube.server.get(targetPath(target));
  } catch (error) {
    if (!isNotFound(error)) throw withSource(error, `retrieving current configuration of:\n${shown(target)}\nfrom server for:`, target.source);
    const created = withoutNulls(modified) as Thing;
    if (dryRun === "client") return { object: created, done: "created" };
    try {
      return {
        object: await kube.server.send("POST", pathOf(target.resource, target.namespace), { body: created, query: queryOf(context, dryRun) }),
        done: "created",
      };
    } catch (failure) {
      throw withSource(failure, "creating", target.source);
    }
  }
  if (current.metadata.annotations?.[lastApplied] === undefined)
    out.error(
      `Warning: resource ${qualifiedName(target)} is missing the ${lastApplied} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`,
    );
  return patchUntilTaken(context, target, current, modified, dryRun);
}

const qualifiedName = ({ resource, name }: Target): string => `${resource.plural}/${name}`;

const shown = ({ resource, namespace, name }: Target): string => {
  const kind = (word: string, value: string) => `${resource.group ? `${resource.group}/` : "/"}${resource.version}, ${word}=${value}`;
  return `Resource: ${JSON.stringify(kind("Resource", resource.plural))}, GroupVersionKind: ${JSON.stringify(kind("Kind", resource.kind))}\nName: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`;
};

async function patchUntilTaken(context: Ask, target: Target, start: Thing, modified: Thing, dryRun: DryRun): Promise<Applied> {
  const { flags: f, kube, process } = context;
  let current = start;
  for (let attempt = 0; ; attempt++) {
    const { patch, contentType } = patchFor(target.resource, current, modified);
    if (Object.keys(patch).length === 0) return { object: current, done: "unchanged" };
    if (dryRun === "client") return { object: patchedHere(target.resource, current, patch), done: "configured" };
    try {
      const object = await kube.server.send("PATCH", targetPath(target, f.subresource), {
        body: sortedJson(patch),
        contentType,
        query: queryOf(context, dryRun),
      });
      return { object, done: "configured" };
    } catch (error) {
      if (isConflict(error) && attempt < 5) {
        if (attempt > 1) await process.machine.clock.sleep(1000, process.signal);
        current = await kube.server.get(targetPath(target));
        continue;
      }
      const isForced = f.force && error instanceof ServerError && (error.reason === "Conflict" || error.reason === "Invalid");
      try {
        if (isForced) return { object: await recreate(context, target, current, modified), done: "configured" };
        throw withSource(error, "patching", target.source);
      } catch (failure) {
        // What was to be made anew is told whole, and with the end of its line.
        const sent = isForced ? `${sortedJson(modified)}\n` : sortedJson(patch);
        throw withSource(failure, `applying patch:\n${sent}\nto:\n${shown(target)}\nfor:`, target.source);
      }
    }
  }
}

/** The patch by which an object follows a configuration, and what sort it is. */
export function patchFor(
  { group, version, kind }: Resource,
  current: Thing,
  modified: Thing,
): { patch: Record<string, unknown>; contentType: string } {
  const before = current.metadata.annotations?.[lastApplied];
  const original: unknown = before ? JSON.parse(before) : undefined;
  const schema = schemaOf({ group, version, kind });
  return schema
    ? { patch: threeWayPatch(schema, original, modified, current), contentType: "application/strategic-merge-patch+json" }
    : { patch: threeWayMergePatch(original, modified, current), contentType: "application/merge-patch+json" };
}

export function patchedHere({ group, version, kind }: Resource, current: Thing, patch: object): Thing {
  const schema = schemaOf({ group, version, kind });
  return (schema ? applyStrategicPatch(schema, current, patch) : applyMergePatch(current, patch)) as Thing;
}

async function recreate(context: Ask, target: Target, current: Thing, modified: Thing): Promise<Thing> {
  const { flags: f, kube } = context;
  const propagationPolicy = { background: "Background", foreground: "Foreground", orphan: "Orphan" }[f.cascade] ?? "Background";
  await kube.server.send("DELETE", targetPath(target), {
    body: {
      kind: "DeleteOptions",
      apiVersion: "v1",
      ...(f["grace-period"] >= 0 ? { gracePeriodSeconds: f["grace-period"] } : {}),
      propagationPolicy,
    },
  });
  await untilGone(context, target);
  const path = pathOf(target.resource, target.namespace);
  try {
    return await kube.server.send("POST", path, { body: modified, query: queryOf(context, "none") });
  } catch (error) {
    await restore(context, path, current, error);
    throw error;
  }
}

/** Looks once a second, and once at least: without --timeout an object that needs time to end is not waited for. */
async function untilGone({ flags: f, kube, process }: Ask, target: Target): Promise<void> {
  const { clock } = process.machine;
  const end = clock.now() + f.timeout;
  for (;;) {
    try {
      await kube.server.get(targetPath(target));
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    const left = end - clock.now();
    if (left > 0) await clock.sleep(Math.min(1000, left), process.signal);
    if (left <= 1000) throw new CommandError("context deadline exceeded");
  }
}

/** Puts back what was deleted to make room for what the server then refused. */
async function restore(context: Ask, path: string, { metadata, ...rest }: Thing, refused: unknown): Promise<void> {
  const { resourceVersion: _, uid: __, ...bare } = metadata;
  try {
    await context.kube.server.send("POST", path, { body: { ...rest, metadata: bare }, query: queryOf(context, "none") });
  } catch (error) {
    const text = (failure: unknown) => (failure instanceof Error ? failure.message : String(failure));
    throw new CommandError(
      `An error occurred force-replacing the existing object with the newly provided one:\n\n${text(refused)}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${text(error)}`,
    );
  }
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item)]),
  );
}
