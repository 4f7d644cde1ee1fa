import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Learner } from "./learner.ts";
import { played } from "./transcript.ts";

const folder = import.meta.dirname;

/** What the learner has at first: no cluster where the cluster's life is the topic. */
const profiles: Readonly<Record<string, "empty" | "kubeadm-2node">> = { minikube: "empty", "two-nodes": "kubeadm-2node" };

const topics = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const transcripts = topics.flatMap(({ name: topic }) =>
  readdirSync(join(folder, topic))
    .filter((file) => file.endsWith(".txt"))
    .map((file) => [`${topic}/${file.replace(".txt", "")}`, topic, join(folder, topic, file)] as const),
);

test.each(transcripts)("%s", async (_, topic, path) => {
  const learner = await Learner.boot(profiles[topic] ?? "minikube");
  await expect(await played(learner, readFileSync(path, "utf8"))).toMatchFileSnapshot(path);
});
