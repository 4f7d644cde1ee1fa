import { useSignal } from "@preact/signals";
import { createSession } from "../state/api.ts";
import { strings } from "../state/language.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { Mark } from "./mark.tsx";
import { Yard } from "./yard.tsx";

const requests = `POST /api/v1/sessions
→ 201 {"id": "…", "urls": {…}, "tokens": {…}}

POST /api/v1/sessions/{id}/exec
{"command": "kubectl get pods"}
→ 200 {"stdout": "NAME   READY   STATUS …",
       "exitCode": 0}`;

const connect = `$ export KUBECONFIG=podyard.yaml
$ kubectl get nodes
NAME       STATUS   ROLES           AGE   VERSION
minikube   Ready    control-plane   12s   v1.36.3
$ helm install shop ./shop
NAME: shop
STATUS: deployed`;

export function Landing() {
  const t = strings.value;
  const state = useSignal<"ready" | "starting" | "failed">("ready");

  async function start(profile: string) {
    state.value = "starting";
    try {
      const { id, tokens } = await createSession(profile);
      localStorage.setItem(`podyard.links.${id}`, JSON.stringify({ editor: tokens.editor, viewer: tokens.viewer }));
      location.assign(`/s/${id}#${tokens.owner}`);
    } catch {
      state.value = "failed";
    }
  }

  return (
    <div class="landing">
      <header class="landing-top">
        <a class="brand" href="/" aria-label={t.home}>
          <Mark />
          <span>Podyard</span>
        </a>
        <nav>
          <a class="quiet" href="/api">
            API
          </a>
          <LanguageSwitch />
        </nav>
      </header>

      <main>
        <section class="hero">
          <div class="hero-text">
            <h1>{t.tagline}</h1>
            <p class="lead">{t.lead}</p>
            <p class="hero-actions">
              <button type="button" class="primary large" disabled={state.value === "starting"} onClick={() => start("minikube")}>
                {state.value === "starting" ? t.starting : t.start}
              </button>
              <button type="button" class="quiet" disabled={state.value === "starting"} onClick={() => start("empty")}>
                {t.startEmpty}
              </button>
            </p>
            <p class="problem" role="alert">
              {state.value === "failed" ? t.startFailed : ""}
            </p>
          </div>
          <Yard />
        </section>

        <section class="why" aria-label={t.whyTitle}>
          {t.why.map(({ title, text }) => (
            <article key={title}>
              <h2>{title}</h2>
              <p>{text}</p>
            </article>
          ))}
        </section>

        <section class="ways">
          <article>
            <h2>{t.kubectlTitle}</h2>
            <p>{t.kubectlText}</p>
            <pre>{connect}</pre>
          </article>
          <article>
            <h2>{t.apiTitle}</h2>
            <p>{t.apiText}</p>
            <pre>{requests}</pre>
            <a href="/api">{t.apiLink}</a>
          </article>
        </section>
      </main>

      <footer>{t.footer}</footer>
    </div>
  );
}
