import { formatTime } from "#machinery/time.ts";
import { defineImage, type Server } from "./image.ts";
import { accessTime, httpTime, tagsOf, targetOf } from "./serving.ts";
import { ownPage, staticFile } from "./static-files.ts";

const root = "/usr/local/apache2/htdocs";

const server: Server = ({ address, startedAt }) => {
  const at = `[${dayOf(startedAt)} ${formatTime(startedAt).slice(11, 19)}.000000 ${formatTime(startedAt).slice(0, 4)}]`;
  const name = `AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`;
  return {
    errors: `${name}${name}${at} [mpm_event:notice] [pid 1:tid 1] AH00489: Apache/2.4.65 (Unix) configured -- resuming normal operations\n${at} [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'\n`,
    ports: {
      80: (request, { files, log, now }) => {
        const headers = { date: httpTime(now()), server: "Apache/2.4.65 (Unix)" };
        const found = staticFile(files, root, new URL(request.url).pathname);
        const response =
          typeof found === "number"
            ? ownPage(found, errorPage(found), headers)
            : "redirect" in found
              ? ownPage(301, errorPage(301), { ...headers, location: found.redirect })
              : { status: 200, headers: { ...headers, ...found.headers }, body: found.content };
        log(
          `${request.client ?? "-"} - - [${accessTime(now())}] "${request.method} ${targetOf(request)} HTTP/1.1" ${response.status} ${response.body instanceof Uint8Array ? response.body.length : 0}\n`,
        );
        return response;
      },
    },
    inUse: (port) => ({
      errors: `${name}${["[::]", "0.0.0.0"].map((one) => `(98)Address already in use: AH00072: make_sock: could not bind to address ${one}:${port}\n`).join("")}no listening sockets available, shutting down\nAH00015: Unable to open logs\n`,
      exits: { code: 1 },
    }),
    signals: { TERM: { code: 0 }, WINCH: { code: 0 }, INT: { code: 0 } },
  };
};

/** `Mon Nov 23` */
const dayOf = (at: number) => {
  const [weekday = "", day = "", month = ""] = httpTime(at).replace(",", "").split(" ");
  return `${weekday} ${month} ${day}`;
};

const titles: Readonly<Record<number, string>> = { 301: "Moved Permanently", 403: "Forbidden", 404: "Not Found" };

const explanations: Readonly<Record<number, string>> = {
  301: "The document has moved.",
  403: "You don't have permission to access this resource.",
  404: "The requested URL was not found on this server.",
};

const errorPage = (status: number) =>
  `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${titles[status]}</title>\n</head><body>\n<h1>${titles[status]}</h1>\n<p>${explanations[status]}</p>\n</body></html>\n`;

export const httpd = defineImage({
  name: "httpd",
  tags: ["latest", "2", "alpine", "2-alpine", "2.4-alpine", "alpine3.22", "bookworm", ...tagsOf("2.4", 65, "alpine")],
  size: "56Mi",
  pullSeconds: 3.5,
  command: ["httpd-foreground"],
  env: {
    HTTPD_PREFIX: "/usr/local/apache2",
    HTTPD_VERSION: "2.4.65",
    PATH: "/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  },
  workingDir: "/usr/local/apache2",
  base: "debian",
  files: {
    [`${root}/index.html`]: "<html><body><h1>It works!</h1></body></html>\n",
    "/usr/local/apache2/conf/httpd.conf": 'ServerRoot "/usr/local/apache2"\nListen 80\nDocumentRoot "/usr/local/apache2/htdocs"\n',
  },
  main: server,
  servers: { "/usr/local/bin/httpd-foreground": server, "/usr/local/apache2/bin/httpd": server },
  stopSignal: "WINCH",
});
