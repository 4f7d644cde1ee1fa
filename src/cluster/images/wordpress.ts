import type { HttpResponse } from "#base/http.ts";
import { NetError } from "#shell/process.ts";
import { defineImage, type Server, type ServingContainer } from "./image.ts";
import { accessTime, page, pathOf, targetOf } from "./serving.ts";

/** Whether its database accepts connections. */
async function reaches({ net }: ServingContainer, host: string): Promise<boolean> {
  const [name, port = "3306"] = host.split(":");
  try {
    await net.fetch({ method: "GET", url: `tcp://${name}:${port}/`, headers: {} });
    return true;
  } catch (error) {
    if (error instanceof NetError) return error.code === "ECONNRESET";
    throw error;
  }
}

const failure =
  '<!DOCTYPE html>\n<html lang="en-US">\n<head>\n\t<title>Database Error</title>\n</head>\n<body id="error-page">\n\t<div class="wp-die-message"><h1>Error establishing a database connection</h1></div>\n</body>\n</html>\n';
const installation =
  '<!DOCTYPE html>\n<html lang="en-US" xml:lang="en-US">\n<head>\n\t<meta name="viewport" content="width=device-width" />\n\t<title>WordPress &rsaquo; Installation</title>\n</head>\n<body class="wp-core-ui language-chooser">\n<p id="logo">WordPress</p>\n</body>\n</html>\n';

const server: Server = ({ env, address }) => {
  const host = env.get("WORDPRESS_DB_HOST") ?? "mysql";
  const name = `AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using ${address}. Set the 'ServerName' directive globally to suppress this message\n`;
  return {
    errors: `WordPress not found in /var/www/html - copying now...\nComplete! WordPress has been successfully copied to /var/www/html\nNo 'wp-config.php' found in /var/www/html, but 'WORDPRESS_...' variables supplied; copying 'wp-config-docker.php'\n${name}${name}`,
    listensAfterMs: 1500,
    ports: {
      80: async (request, container) => {
        const path = pathOf(request);
        let response: HttpResponse = page(404, "<h1>Not Found</h1>\n");
        if (!(await reaches(container, host))) response = page(500, failure);
        else if (path === "/" || path === "/index.php" || path === "/wp-login.php")
          response = { status: 302, headers: { location: `http://${request.headers.host ?? address}/wp-admin/install.php` }, body: new Uint8Array() };
        else if (path.startsWith("/wp-admin/")) response = page(200, installation);
        const size = response.body instanceof Uint8Array ? response.body.length : 0;
        container.log(
          `${request.client ?? "-"} - - [${accessTime(container.now())}] "${request.method} ${targetOf(request)} HTTP/1.1" ${response.status} ${size} "-" "${request.headers["user-agent"] ?? "-"}"\n`,
        );
        return response;
      },
    },
    signals: { TERM: { code: 0 }, WINCH: { code: 0 } },
  };
};

/** As far as its first page, which needs its database. */
export const wordpress = defineImage({
  name: "wordpress",
  tags: [
    "latest",
    "apache",
    "php8.3-apache",
    "php8.2-apache",
    "6",
    "6.8",
    "6.8-apache",
    "6.7-apache",
    "6.4-apache",
    "6.2.1-apache",
    "6.0-apache",
    "5.8-apache",
    "5.6-apache",
    "4.8-apache",
  ],
  size: "250Mi",
  pullSeconds: 9,
  entrypoint: ["docker-entrypoint.sh"],
  command: ["apache2-foreground"],
  base: "debian",
  main: server,
  stopSignal: "WINCH",
});

/** A page that asks which database to look into. */
export const adminer = defineImage({
  name: "adminer",
  tags: ["latest", "5", "5.4.1", "4", "4.8.1", "4.8.1-standalone", "standalone"],
  size: "46Mi",
  pullSeconds: 3,
  entrypoint: ["entrypoint.sh"],
  command: ["php", "-S", "[::]:8080", "-t", "/var/www/html"],
  base: "alpine",
  user: "adminer",
  users: { adminer: 1000 },
  main: () => ({
    ports: {
      8080: () =>
        page(
          200,
          '<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n<title>Login - Adminer</title>\n<body class="ltr nojs">\n<h2>Login</h2>\n</body>\n</html>\n',
        ),
    },
    signals: { INT: { code: 0 } },
  }),
});
