import { textResponse } from "#base/http.ts";
import { defineImage, type Image, type Server } from "./image.ts";
import { isoTime, page, pathOf } from "./serving.ts";

const redirect = (location: string) => ({
  ...page(302, `<a href="${location}">Found</a>.\n\n`),
  headers: { location, "content-type": "text/html; charset=utf-8" },
});
const metrics = (name: string) =>
  textResponse(
    200,
    `# HELP ${name}_build_info A metric with a constant '1' value labeled by version.\n# TYPE ${name}_build_info gauge\n${name}_build_info{goversion="go1.26.0"} 1\n`,
  );
const notFound = () => textResponse(404, "404 page not found\n");

const slog = (at: number, msg: string, more = "") => `time=${isoTime(at)} level=INFO source=main.go:1 msg=${JSON.stringify(msg)}${more}\n`;

interface Tool {
  name: string;
  aliases: readonly string[];
  tags: readonly string[];
  size: string;
  pullSeconds: number;
  command: readonly string[];
  port: number;
  title: string;
  home: string;
}

/** Prometheus and what comes with it: pages and health; what they would gather is not simulated. */
function tool({ name, aliases, tags, size, pullSeconds, command, port, title, home }: Tool): Image {
  const short = name.slice(name.lastIndexOf("/") + 1).replaceAll("-", "_");
  const server: Server = ({ startedAt }) => ({
    errors: slog(startedAt, `Starting ${title}`) + slog(startedAt + 80, "Listening on", ` address=:${port}`),
    listensAfterMs: 150,
    ports: {
      [port]: (request) => {
        const path = pathOf(request);
        if (path === "/metrics") return metrics(short);
        if (path === "/-/healthy") return textResponse(200, short === "alertmanager" ? "OK" : `${title} is Healthy.\n`);
        if (path === "/-/ready") return textResponse(200, short === "alertmanager" ? "OK" : `${title} is Ready.\n`);
        if (path === home)
          return page(
            200,
            `<!doctype html>\n<html lang="en">\n<head>\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n</body>\n</html>\n`,
          );
        return path === "/" ? redirect(home) : notFound();
      },
    },
    signals: { TERM: { code: 0 }, INT: { code: 0 } },
  });
  return defineImage({
    name,
    aliases,
    tags,
    size,
    pullSeconds,
    entrypoint: command,
    base: "busybox",
    servers: { [command[0] ?? ""]: server },
    user: "nobody",
  });
}

export const prometheusImages = [
  tool({
    name: "prom/prometheus",
    aliases: ["quay.io/prometheus/prometheus"],
    tags: ["latest", "v3.7.3", "v3.5.0", "v3.0.0", "v2.55.1", "v2.54.1", "v2.53.0", "v2.45.0", "v2.37.0"],
    size: "115Mi",
    pullSeconds: 5,
    command: ["/bin/prometheus"],
    port: 9090,
    title: "Prometheus Server",
    home: "/query",
  }),
  tool({
    name: "prom/alertmanager",
    aliases: ["quay.io/prometheus/alertmanager"],
    tags: ["latest", "v0.29.0", "v0.28.1", "v0.27.0", "v0.26.0"],
    size: "32Mi",
    pullSeconds: 2.5,
    command: ["/bin/alertmanager"],
    port: 9093,
    title: "Alertmanager",
    home: "/",
  }),
  tool({
    name: "prom/node-exporter",
    aliases: ["quay.io/prometheus/node-exporter"],
    tags: ["latest", "v1.10.2", "v1.9.1", "v1.8.2", "v1.8.1", "v1.7.0", "v1.6.1", "v1.5.0", "v1.3.1"],
    size: "11Mi",
    pullSeconds: 1.9,
    command: ["/bin/node_exporter"],
    port: 9100,
    title: "Node Exporter",
    home: "/",
  }),
  tool({
    name: "prom/pushgateway",
    aliases: ["quay.io/prometheus/pushgateway"],
    tags: ["latest", "v1.11.2", "v1.10.0", "v1.9.0"],
    size: "11Mi",
    pullSeconds: 1.9,
    command: ["/bin/pushgateway"],
    port: 9091,
    title: "Prometheus Pushgateway",
    home: "/",
  }),
];

export const grafana = defineImage({
  name: "grafana/grafana",
  aliases: ["grafana/grafana-oss"],
  tags: ["latest", "main", "12.3.0", "12.2.1", "12.0.0", "11.6.0", "11.4.0", "11.0.0", "10.4.0", "10.2.0", "9.5.2", "8.5.0"],
  size: "210Mi",
  pullSeconds: 8,
  entrypoint: ["/run.sh"],
  base: "alpine",
  user: "472",
  users: { grafana: 472 },
  workingDir: "/usr/share/grafana",
  main: ({ startedAt }) => ({
    prints: `logger=settings t=${isoTime(startedAt)} level=info msg="Starting Grafana" version=12.3.0 commit=unknown branch=HEAD\nlogger=http.server t=${isoTime(startedAt + 2400)} level=info msg="HTTP Server Listen" address=[::]:3000 protocol=http subUrl= socket=\n`,
    listensAfterMs: 2500,
    ports: {
      3000: (request) => {
        const path = pathOf(request);
        if (path === "/api/health")
          return textResponse(200, '{\n  "database": "ok",\n  "version": "12.3.0",\n  "commit": "unknown"\n}', "application/json; charset=UTF-8");
        if (path === "/metrics") return metrics("grafana");
        if (path === "/") return redirect("/login");
        if (path === "/login")
          return page(
            200,
            '<!DOCTYPE html>\n<html lang="en-US">\n  <head>\n    <title>Grafana</title>\n  </head>\n  <body>\n    <div id="reactRoot"></div>\n  </body>\n</html>\n',
          );
        return textResponse(
          401,
          '{"message":"Unauthorized","messageId":"auth.unauthorized","statusCode":401,"traceID":""}',
          "application/json; charset=UTF-8",
        );
      },
    },
    signals: { TERM: { code: 0, afterMs: 100 }, INT: { code: 0 } },
  }),
});
