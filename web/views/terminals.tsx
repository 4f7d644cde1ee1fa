import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { strings } from "../state/language.ts";
import { session } from "../state/session.ts";
import { focusTerminal } from "../state/typing.ts";
import { TerminalPane } from "./terminal-pane.tsx";

const most = 6;

/** The session's terminals as tabs; the server knows them by name, so that a tab closed here goes on there and comes back when asked for. */
export function Terminals({ id, token }: { id: string; token: string }) {
  const t = strings.value;
  const names = useSignal<readonly string[]>(["t1"]);
  const front = useSignal("t1");
  const known = session.value?.terminals;

  useEffect(() => {
    const others = (known ?? []).map(({ name }) => name).filter((name) => /^t\d+$/.test(name) && !names.value.includes(name));
    if (others.length) names.value = [...names.value, ...others].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))).slice(0, most);
  }, [known]);

  function show(name: string): void {
    front.value = name;
    focusTerminal(name);
  }

  function add(): void {
    const free = Array.from({ length: most }, (_, i) => `t${i + 1}`).find((name) => !names.value.includes(name));
    if (!free) return;
    names.value = [...names.value, free];
    show(free);
  }

  function close(name: string): void {
    const at = names.value.indexOf(name);
    names.value = names.value.filter((other) => other !== name);
    if (front.value === name) show(names.value[Math.max(0, at - 1)] ?? "t1");
  }

  return (
    <div class="terminals">
      <div class="tabs" role="tablist" aria-label={t.terminal}>
        {names.value.map((name) => (
          <span key={name} class="tab" data-front={front.value === name}>
            <button
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={front.value === name}
              aria-controls={`pane-${name}`}
              onClick={() => show(name)}
            >
              {t.terminalName(name)}
            </button>
            {names.value.length > 1 && (
              <button type="button" class="tab-close" aria-label={t.closeTerminal(t.terminalName(name))} onClick={() => close(name)}>
                ×
              </button>
            )}
          </span>
        ))}
        {names.value.length < most && (
          <button type="button" class="tab-new" aria-label={t.newTerminal} title={t.newTerminal} onClick={add}>
            +
          </button>
        )}
      </div>
      <div class="panes">
        {names.value.map((name) => (
          <TerminalPane key={name} id={id} token={token} name={name} front={front.value === name} />
        ))}
      </div>
    </div>
  );
}
