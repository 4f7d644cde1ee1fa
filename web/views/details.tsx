import { age } from "../state/age.ts";
import { strings } from "../state/language.ts";
import { messageOf, restartsOf, statusOf, toneOf } from "../state/pod-state.ts";
import { clusterNow, pods, selected } from "../state/session.ts";
import { typeCommand } from "../state/typing.ts";

/** What there is to know of the selected pod, and the commands that tell more: they are put at the prompt, the learner runs them. */
export function Details() {
  const t = strings.value;
  const pod = pods.value.find(({ metadata }) => metadata.uid === selected.value);
  if (!pod) return null;
  const { name, namespace, labels = {}, creationTimestamp = "" } = pod.metadata;
  const scope = namespace === "default" ? "" : ` -n ${namespace}`;
  const message = messageOf(pod);
  const rows: [string, string | undefined][] = [
    [t.fields.status, statusOf(pod)],
    [t.fields.message, message],
    [t.fields.namespace, namespace],
    [t.fields.node, pod.spec.nodeName],
    [t.fields.address, pod.status?.podIP],
    [t.fields.image, pod.spec.containers.map(({ image }) => image).join(", ")],
    [t.fields.restarts, String(restartsOf(pod))],
    [t.fields.age, age(clusterNow.value - Date.parse(creationTimestamp))],
    [
      t.fields.labels,
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join("\n"),
    ],
  ];

  return (
    <aside class="details" data-tone={toneOf(pod)} aria-label={t.details}>
      <header>
        <h3>{name}</h3>
        <button type="button" class="quiet icon" aria-label={t.close} onClick={() => (selected.value = undefined)}>
          ×
        </button>
      </header>
      <dl>
        {rows
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <p class="faint">{t.tryTyping}</p>
      <div class="commands">
        {[`kubectl describe pod ${name}${scope}`, `kubectl logs ${name}${scope}`, `kubectl get pod ${name}${scope} -o yaml`].map((command) => (
          <button key={command} type="button" class="command" title={t.typeIt} onClick={() => typeCommand(command)}>
            {command}
          </button>
        ))}
      </div>
    </aside>
  );
}
