import { bodyOf, type HttpRequest, textResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import { NetError } from "#shell/process.ts";
import { defineImage, type ServingContainer } from "./image.ts";
import { bulks, decoded, encoded } from "./redis/resp.ts";
import { accessTime, pathOf, targetOf } from "./serving.ts";

/** Asks a redis server as the page's PHP does. */
async function ask({ net }: ServingContainer, host: string, words: readonly string[]): Promise<string> {
  const response = await net.fetch({ method: "POST", url: `redis://${host}:6379/`, headers: {}, body: bytesOf(encoded(bulks(words))) });
  const reply = decoded(await bodyOf(response));
  if (reply?.type === "error") throw new NetError("ECONNRESET", reply.text);
  return reply?.type === "text" ? reply.text : "";
}

const html = `<html>
  <head>
    <title>Guestbook</title>
    <meta charset="utf-8">
  </head>
  <body>
    <h2>Guestbook</h2>
    <form id="form">
      <input id="message" name="input" placeholder="Messages">
      <button type="submit">Submit</button>
    </form>
    <div id="messages"></div>
    <script>
      const url = "guestbook.php";
      let messages = [];
      const show = () => document.getElementById("messages").replaceChildren(...messages.map((text) => Object.assign(document.createElement("div"), { textContent: text })));
      fetch(url + "?cmd=get&key=messages").then((answer) => answer.json()).then(({ data }) => { messages = data.split(","); show(); });
      document.getElementById("form").addEventListener("submit", (event) => {
        event.preventDefault();
        messages.push(document.getElementById("message").value);
        document.getElementById("message").value = "";
        show();
        fetch(url + "?cmd=set&key=messages&value=" + encodeURIComponent(messages.join(",")));
      });
    </script>
  </body>
</html>
`;

interface Hosts {
  leader: string;
  follower: string;
}

async function answerOf(request: HttpRequest, container: ServingContainer, hosts: Hosts): Promise<{ status: number; type: string; text: string }> {
  const path = pathOf(request);
  if (path === "/" || path === "/index.html") return { status: 200, type: "text/html", text: html };
  if (path !== "/guestbook.php") return { status: 404, type: "text/html", text: "<h1>Not Found</h1>\n" };
  const query = new URL(request.url).searchParams;
  const key = query.get("key") ?? "";
  const isWrite = query.get("cmd") === "set";
  try {
    const said = await ask(container, isWrite ? hosts.leader : hosts.follower, isWrite ? ["SET", key, query.get("value") ?? ""] : ["GET", key]);
    return { status: 200, type: "application/json", text: isWrite ? '{"message": "Updated"}' : `{"data": ${JSON.stringify(said)}}` };
  } catch (error) {
    if (!(error instanceof NetError)) throw error;
    container.logError(`PHP Fatal error:  Uncaught Predis\\Connection\\ConnectionException: ${error.message}\n`);
    return { status: 500, type: "text/html", text: "" };
  }
}

/** The front end of the guestbook tutorial: it writes to `redis-leader` and reads from `redis-follower`. */
export const guestbookFrontend = defineImage({
  name: "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend",
  aliases: ["gcr.io/google_samples/gb-frontend", "gcr.io/google-samples/gb-frontend"],
  tags: ["latest", "v4", "v5", "v6"],
  size: "170Mi",
  pullSeconds: 8,
  command: ["apache2-foreground"],
  base: "debian",
  main: ({ env }) => {
    const byName = env.get("GET_HOSTS_FROM") !== "env";
    const hosts: Hosts = {
      leader: byName ? "redis-leader" : (env.get("REDIS_LEADER_SERVICE_HOST") ?? ""),
      follower: byName ? "redis-follower" : (env.get("REDIS_FOLLOWER_SERVICE_HOST") ?? ""),
    };
    return {
      ports: {
        80: async (request, container) => {
          const { status, type, text } = await answerOf(request, container, hosts);
          container.log(
            `${request.client ?? "-"} - - [${accessTime(container.now())}] "${request.method} ${targetOf(request)} HTTP/1.1" ${status} ${text.length} "-" "${request.headers["user-agent"] ?? "-"}"\n`,
          );
          return textResponse(status, text, type);
        },
      },
      signals: { TERM: { code: 0 }, WINCH: { code: 0 } },
    };
  },
  stopSignal: "WINCH",
});
