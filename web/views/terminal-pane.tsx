import { useSignal } from "@preact/signals";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { useEffect, useRef } from "preact/hooks";
import { strings } from "../state/language.ts";
import { linkTerminal, type TerminalLink } from "../state/terminal-link.ts";
import { addPane } from "../state/typing.ts";
import { KeyRow } from "./key-row.tsx";
import { terminalTheme } from "./terminal-theme.ts";

/** One terminal: xterm.js on this side, the session's shell on the other. */
export function TerminalPane({ id, token, name, front }: { id: string; token: string; name: string; front: boolean }) {
  const t = strings.value;
  const host = useRef<HTMLDivElement>(null);
  const link = useSignal<TerminalLink | undefined>(undefined);
  const control = useSignal(false);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const terminal = new Terminal({
      theme: terminalTheme,
      fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "Noto Sans Mono CJK JP", monospace',
      fontSize: window.innerWidth < 700 ? 12 : 14,
      lineHeight: 1.2,
      cursorBlink: true,
      scrollback: 5_000,
      screenReaderMode: matchMedia("(forced-colors: active)").matches,
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(element);
    fit.fit();

    const made = linkTerminal(id, name, token, {
      write: (bytes, done) => terminal.write(bytes, done),
      reset: () => terminal.reset(),
      size: () => ({ cols: terminal.cols, rows: terminal.rows }),
    });
    link.value = made;

    const withControl = (data: string) => {
      if (!control.value || data.length !== 1) return data;
      control.value = false;
      return String.fromCharCode(data.toUpperCase().charCodeAt(0) & 0x1f);
    };
    terminal.onData((data) => made.send(withControl(data)));
    terminal.onBinary((data) => made.send(Uint8Array.from(data, (char) => char.charCodeAt(0))));
    terminal.onResize(({ cols, rows }) => made.resize(cols, rows));
    const removePane = addPane(name, { type: (text) => terminal.input(text), focus: () => terminal.focus() });
    const sized = new ResizeObserver(() => {
      if (element.offsetParent) fit.fit();
    });
    sized.observe(element);
    if (front && matchMedia("(pointer: fine)").matches) terminal.focus();

    return () => {
      sized.disconnect();
      removePane();
      made.close();
      terminal.dispose();
    };
  }, [id, token, name]);

  const state = link.value?.state.value ?? "connecting";
  return (
    <div class="pane" role="tabpanel" id={`pane-${name}`} aria-labelledby={`tab-${name}`} data-front={front} data-state={state}>
      <div class="screen" ref={host} />
      <div class="pane-notes" aria-live="polite">
        {state === "lost" && (
          <p class="note">
            {t.reconnecting}{" "}
            <button type="button" class="quiet" onClick={() => link.value?.reconnect()}>
              {t.reconnect}
            </button>
          </p>
        )}
        {state === "ended" && <p class="note">{t.ended}</p>}
        {state === "refused" && <p class="note">{t.forbidden}</p>}
        {link.value?.role.value === "viewer" && <p class="note calm">{t.readOnly}</p>}
        {(link.value?.people.value ?? 1) > 1 && <p class="note calm">{t.people(link.value?.people.value ?? 1)}</p>}
        {link.value?.notice.value && <p class="note calm">{link.value.notice.value}</p>}
      </div>
      <KeyRow control={control} send={(text) => link.value?.send(text)} />
    </div>
  );
}
