import { bodyText, type HttpResponse, textResponse } from "#base/http.ts";
import type { KubeObject } from "#machinery/object.ts";
import type { Table } from "#machinery/table.ts";
import { bool, int } from "../cli/flags.ts";
import { addonNamed } from "./addons/apply.ts";
import { enable } from "./addons.ts";
import { needRunning } from "./cluster.ts";
import { type Context, defineCommand } from "./command.ts";
import { enabledAddons } from "./profile.ts";

const path = "/api/v1/namespaces/kubernetes-dashboard/services/http:kubernetes-dashboard:/proxy/";

/** What the overview shows, in order. */
const shown = [
  ["Nodes", "/api/v1/nodes"],
  ["Deployments", "/apis/apps/v1/deployments"],
  ["Replica Sets", "/apis/apps/v1/replicasets"],
  ["Pods", "/api/v1/pods"],
  ["Services", "/api/v1/services"],
] as const;

export const dashboard = defineCommand({
  name: "dashboard",
  group: "Basic Commands:",
  usage: "[flags]",
  summary: "Access the Kubernetes dashboard running within the minikube cluster",
  flags: { port: int({ help: "The port to serve on; any where it is left out." }), url: bool({ help: "Print the URL instead of opening it." }) },

  async run(context) {
    const { flags, out, process } = context;
    await needRunning(context, flags.profile);
    const { net, random, tasks } = process.machine;
    if (!enabledAddons(context).dashboard) {
      await out.fail("plug", "Enabling dashboard ...");
      const images = addonNamed("dashboard")?.images ?? [];
      for (const image of images) await out.fail("item", `Using image ${image}`);
      await enable(context, "dashboard", true);
      await out.fail("idea", addonNamed("dashboard")?.hint ?? "");
    }
    await out.fail("think", "Verifying dashboard health ...");
    const port = flags.port || random.between(32_768, 60_999);
    const close = net.listen(
      port,
      async ({ url }) => (new URL(url, "http://127.0.0.1").pathname === path ? overview(context) : textResponse(404, "404 page not found\n")),
      "127.0.0.1",
    );
    try {
      await out.fail("launch", "Launching proxy ...");
      await out.fail("think", "Verifying proxy health ...");
      const url = `http://127.0.0.1:${port}${path}`;
      if (flags.url) out.line(url);
      else {
        await out.fail("party", `Opening ${url} in your default browser...`);
        await out.step("tip", url);
      }
      await out.flush();
      await tasks.block((_, fail) => process.signal.addEventListener("abort", () => fail(process.signal.reason), { once: true }));
    } finally {
      close();
    }
  },
});

/** The cluster as one page: the tables that `kubectl get` shows. */
async function overview({ client }: Context): Promise<HttpResponse> {
  const sections: string[] = [];
  for (const [title, url] of shown) {
    const answer = await client.fetch({ method: "GET", url, headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" } });
    const table = JSON.parse(await bodyText(answer)) as Table;
    const columns = table.columnDefinitions.map((column, i) => ({ ...column, i })).filter(({ priority }) => priority === 0);
    const head = ["Namespace", ...columns.map(({ name }) => name)].map((name) => `<th>${escaped(name)}</th>`).join("");
    const rows = table.rows.map(({ cells, object }) => {
      const namespace = (object as KubeObject | undefined)?.metadata.namespace ?? "";
      return `<tr>${[namespace, ...columns.map(({ i }) => cells[i])].map((cell) => `<td>${escaped(String(cell ?? ""))}</td>`).join("")}</tr>`;
    });
    sections.push(`<h2>${title}</h2>\n<table>\n<tr>${head}</tr>\n${rows.join("\n")}\n</table>`);
  }
  return textResponse(
    200,
    `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>Kubernetes Dashboard</title>\n<h1>Overview</h1>\n${sections.join("\n")}\n</html>\n`,
    "text/html; charset=utf-8",
  );
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? c);
