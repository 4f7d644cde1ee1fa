import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { readKubeconfig } from "../state/api.ts";
import { language, strings } from "../state/language.ts";
import { id, links, session, token } from "../state/session.ts";

/** The ways to let others in. Links by role are known to the browser that made the session; others can pass on their own. */
export function Share() {
  const t = strings.value;
  const dialog = useRef<HTMLDialogElement>(null);
  const linkOf = (key: string) => `${location.origin}/s/${id}#${key}`;
  const rows = [
    { title: t.shareEditor, text: t.shareEditorText, link: linkOf(links.editor ?? token) },
    ...(links.viewer ? [{ title: t.shareViewer, text: t.shareViewerText, link: linkOf(links.viewer) }] : []),
  ];
  const expires = session.value && new Date(session.value.expiresAt).toLocaleString(language.value, { dateStyle: "medium", timeStyle: "short" });

  async function download() {
    const url = URL.createObjectURL(new Blob([await readKubeconfig(id, token)], { type: "application/yaml" }));
    const anchor = Object.assign(document.createElement("a"), { href: url, download: "podyard.yaml" });
    anchor.click();
    URL.revokeObjectURL(url);
  }

  return (
    <>
      <button type="button" class="primary" onClick={() => dialog.current?.showModal()}>
        {t.share}
      </button>
      <dialog ref={dialog} class="share" aria-label={t.shareTitle}>
        <h2>{t.shareTitle}</h2>
        {rows.map((row) => (
          <div key={row.title} class="share-row">
            <h3>{row.title}</h3>
            <p>{row.text}</p>
            <CopyField text={row.link} label={row.title} />
          </div>
        ))}
        <div class="share-row">
          <h3>{t.shareKubectl}</h3>
          <p>{t.shareKubectlText}</p>
          <button type="button" class="quiet" onClick={download}>
            {t.download}
          </button>
        </div>
        {expires && <p class="faint">{t.expires(expires)}</p>}
        <form method="dialog">
          <button type="submit" class="quiet">
            {t.close}
          </button>
        </form>
      </dialog>
    </>
  );
}

function CopyField({ text, label }: { text: string; label: string }) {
  const t = strings.value;
  const copied = useSignal(false);
  return (
    <div class="copy">
      <input type="text" readOnly value={text} aria-label={label} onFocus={(event) => event.currentTarget.select()} />
      <button
        type="button"
        class="quiet"
        onClick={async () => {
          await navigator.clipboard.writeText(text);
          copied.value = true;
          setTimeout(() => (copied.value = false), 2_000);
        }}
      >
        {copied.value ? t.copied : t.copy}
      </button>
    </div>
  );
}
