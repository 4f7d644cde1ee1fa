import { strings } from "../state/language.ts";
import type { Node, Pod } from "../state/objects.ts";
import { deployments, isSystem, link, nodes, pods, selected, services, system } from "../state/session.ts";
import { Details } from "./details.tsx";
import { EventFeed } from "./event-feed.tsx";
import { PodTile } from "./pod-tile.tsx";

const isReady = (node: Node) => node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false;

/** Nodes with their pods, workloads, services and what has just happened, live. */
export function ClusterView() {
  const t = strings.value;
  const shown = pods.value.filter((pod) => system.value || !isSystem(pod.metadata.namespace));
  const unbound = shown.filter((pod) => !pod.spec.nodeName);
  const running = shown.filter((pod) => pod.status?.phase === "Running").length;

  return (
    <div class="cluster">
      <div class="cluster-head">
        <dl class="counts">
          <div>
            <dt>{t.nodes}</dt>
            <dd title={t.ofReady(nodes.value.filter(isReady).length, nodes.value.length)}>
              {nodes.value.filter(isReady).length}
              <small>/{nodes.value.length}</small>
            </dd>
          </div>
          <div>
            <dt>{t.pods}</dt>
            <dd title={t.ofRunning(running, shown.length)}>
              {running}
              <small>/{shown.length}</small>
            </dd>
          </div>
        </dl>
        <label class="switch">
          <input type="checkbox" checked={system.value} onChange={() => (system.value = !system.value)} />
          {t.system}
        </label>
      </div>

      {link.value === "lost" && <p class="note">{t.reconnecting}</p>}
      {nodes.value.length === 0 && link.value !== "connecting" && (
        <p class="empty">
          <strong>{t.noNodes}</strong>
          <span>{t.noNodesHint}</span>
        </p>
      )}

      <div class="nodes">
        {unbound.length > 0 && (
          <section class="node unbound" aria-label={t.pending}>
            <h3>{t.pending}</h3>
            <Pods pods={unbound} />
          </section>
        )}
        {nodes.value.map((node) => (
          <NodeBox key={node.metadata.uid} node={node} pods={shown.filter((pod) => pod.spec.nodeName === node.metadata.name)} />
        ))}
      </div>

      {selected.value && <Details />}
      <Workloads />
      <EventFeed />
    </div>
  );
}

function NodeBox({ node, pods: inside }: { node: Node; pods: readonly Pod[] }) {
  const t = strings.value;
  const ready = isReady(node);
  const state = !ready ? t.nodeNotReady : node.spec?.unschedulable ? t.nodeCordoned : t.nodeReady;
  const address = node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address;
  return (
    <section class="node" data-ready={ready} aria-label={`${t.nodes}: ${node.metadata.name}`}>
      <h3>
        <span class="node-name">{node.metadata.name}</span>
        <span class="node-state">{state}</span>
        <span class="faint">{address}</span>
        <span class="faint">{node.status?.nodeInfo?.kubeletVersion}</span>
      </h3>
      {inside.length ? <Pods pods={inside} /> : <p class="faint">{t.noPods}</p>}
    </section>
  );
}

function Pods({ pods: list }: { pods: readonly Pod[] }) {
  return (
    <ul class="pods" data-many={list.length > 40}>
      {list.map((pod) => (
        <PodTile key={pod.metadata.uid} pod={pod} />
      ))}
    </ul>
  );
}

function Workloads() {
  const t = strings.value;
  const own = deployments.value.filter(({ metadata }) => !isSystem(metadata.namespace));
  const exposed = services.value.filter(({ metadata }) => !isSystem(metadata.namespace));
  if (own.length + exposed.length === 0) return null;
  return (
    <div class="workloads">
      {own.length > 0 && (
        <section>
          <h3>{t.deployments}</h3>
          <ul>
            {own.map((deployment) => {
              const [ready, wanted] = [deployment.status?.readyReplicas ?? 0, deployment.spec?.replicas ?? 0];
              return (
                <li key={deployment.metadata.uid} data-short={ready < wanted}>
                  <span class="name">{deployment.metadata.name}</span>
                  <progress max={Math.max(1, wanted)} value={ready} aria-label={t.ofReady(ready, wanted)} />
                  <span class="number">
                    {ready}/{wanted}
                  </span>
                </li>
              );
            })}
          </ul>
        </section>
      )}
      {exposed.length > 0 && (
        <section>
          <h3>{t.services}</h3>
          <ul>
            {exposed.map((service) => (
              <li key={service.metadata.uid}>
                <span class="name">{service.metadata.name}</span>
                <span class="faint">{service.spec?.type}</span>
                <span class="number">{service.spec?.ports?.map(({ port, nodePort }) => (nodePort ? `${port}:${nodePort}` : port)).join(", ")}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
