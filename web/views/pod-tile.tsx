import { strings } from "../state/language.ts";
import type { Pod } from "../state/objects.ts";
import { restartsOf, statusOf, toneOf } from "../state/pod-state.ts";
import { selected } from "../state/session.ts";

/** The part of a pod's name that tells it from its siblings. */
const shortName = ({ metadata }: Pod) => {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)?.name;
  return owner && metadata.name.startsWith(`${owner}-`) ? metadata.name.slice(owner.length + 1) : metadata.name;
};

const workload = ({ metadata }: Pod) =>
  metadata.labels?.["app"] ?? metadata.labels?.["app.kubernetes.io/name"] ?? metadata.labels?.["k8s-app"] ?? metadata.name;

/** A pod: its colour says how it is doing, its words say the same. */
export function PodTile({ pod }: { pod: Pod }) {
  const t = strings.value;
  const [tone, word, restarts] = [toneOf(pod), statusOf(pod), restartsOf(pod)];
  const isSelected = selected.value === pod.metadata.uid;
  return (
    <li class="pod" data-tone={tone}>
      <button
        type="button"
        aria-pressed={isSelected}
        aria-label={`${pod.metadata.name}, ${word}`}
        title={`${pod.metadata.namespace}/${pod.metadata.name} · ${word} · ${t.tones[tone]}`}
        onClick={() => (selected.value = isSelected ? undefined : pod.metadata.uid)}
      >
        <span class="pod-dot" />
        <span class="pod-name">{workload(pod)}</span>
        <span class="pod-id">{shortName(pod)}</span>
        <span class="pod-word">{word}</span>
        {restarts > 0 && <span class="pod-restarts">↻ {restarts}</span>}
      </button>
    </li>
  );
}
