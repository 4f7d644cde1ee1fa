import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { language, strings } from "../state/language.ts";
import { id, session, standing, token } from "../state/session.ts";
import { ClockControl } from "./clock-control.tsx";
import { ClusterView } from "./cluster-view.tsx";
import { Divider } from "./divider.tsx";
import { LanguageSwitch } from "./language-switch.tsx";
import { Mark } from "./mark.tsx";
import { Share } from "./share.tsx";
import { Terminals } from "./terminals.tsx";

/** The page of a session: terminals on one side, the cluster as it changes on the other; on a phone one of the two at a time. */
export function SessionPage() {
  const t = strings.value;
  const side = useSignal<"terminal" | "cluster">("terminal");
  useEffect(() => {
    document.title = `Podyard · ${id.slice(0, 8)}`;
  }, []);

  if (standing.value === "noToken" || standing.value === "refused" || standing.value === "gone") return <Closed />;

  return (
    <div class="session" data-side={side.value}>
      <a class="skip" href="#terminals">
        {t.skipToTerminal}
      </a>
      <header class="bar">
        <a class="brand" href="/" aria-label={t.home}>
          <Mark size={24} />
          <span>Podyard</span>
        </a>
        <span class="profile">{session.value?.profile}</span>
        <span class="space" />
        <ClockControl />
        <Share />
        <LanguageSwitch />
      </header>
      <main class="work">
        <section id="terminals" class="side-terminal" aria-label={t.terminal}>
          <Terminals id={id} token={token} />
        </section>
        <Divider label={t.divider} />
        <section class="side-cluster" aria-label={t.cluster}>
          <ClusterView />
        </section>
      </main>
      <nav class="sides">
        {(["terminal", "cluster"] as const).map((name) => (
          <button key={name} type="button" aria-pressed={side.value === name} onClick={() => (side.value = name)}>
            {t[name]}
          </button>
        ))}
      </nav>
    </div>
  );
}

function Closed() {
  const t = strings.value;
  const texts = { noToken: [t.noToken, t.noTokenText], refused: [t.forbidden, t.noTokenText], gone: [t.ended, t.endedText] } as const;
  const [title, text] = texts[standing.value as keyof typeof texts];
  return (
    <main class="closed" lang={language.value}>
      <Mark size={56} />
      <h1>{title}</h1>
      <p>{text}</p>
      <a class="primary large" href="/">
        {t.start}
      </a>
    </main>
  );
}
