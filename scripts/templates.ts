// Prints each profile's cluster, booted, as JSON: what scripts/build.ts puts into the Worker. A process of its own, so that it sees the code as it is now.
import { Cluster } from "../src/cluster/cluster.ts";
import * as profiles from "../src/cluster/profiles/index.ts";

/** Profiles that few ask for are booted when somebody does. */
const unprepared = new Set(["three-node"]);

const snapshots: Record<string, unknown> = {};
for (const { name } of Object.values(profiles)) if (!unprepared.has(name)) snapshots[name] = await Cluster.snapshot(name);
process.stdout.write(JSON.stringify(snapshots));
