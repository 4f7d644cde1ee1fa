import { useSignal } from "@preact/signals";
import { strings } from "../state/language.ts";
import { changeClock, clusterNow, paused, session } from "../state/session.ts";

/** The cluster's time, and for its owner: stop it, let it pass, skip ahead. */
export function ClockControl() {
  const t = strings.value;
  const refused = useSignal(false);
  if (!session.value) return null;
  const time = new Date(clusterNow.value).toLocaleTimeString([], { hour12: false });

  async function change(what: { paused?: boolean; advanceSeconds?: number }) {
    try {
      await changeClock(what);
    } catch {
      refused.value = true;
    }
  }

  return (
    <fieldset class="clock" aria-label={t.clock} data-paused={paused.value}>
      <time title={paused.value ? t.paused : t.clock}>{time}</time>
      {!refused.value && (
        <>
          <button
            type="button"
            class="quiet icon"
            aria-label={paused.value ? t.resume : t.pause}
            title={paused.value ? t.resume : t.pause}
            onClick={() => change({ paused: !paused.value })}
          >
            {paused.value ? "▶" : "❚❚"}
          </button>
          <button type="button" class="quiet wide-only" onClick={() => change({ advanceSeconds: 60 })}>
            {t.skip(t.minute)}
          </button>
          <button type="button" class="quiet wide-only" onClick={() => change({ advanceSeconds: 3600 })}>
            {t.skip(t.hour)}
          </button>
        </>
      )}
    </fieldset>
  );
}
