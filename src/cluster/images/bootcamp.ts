import { textResponse } from "#base/http.ts";
import { defineImage, type Image, type Serve, type Server } from "./image.ts";
import { isoTime } from "./serving.ts";

const source = (version: string) => `var http = require('http');
var requests=0;
var podname= process.env.HOSTNAME;
var startTime;
var host;
var handleRequest = function(request, response) {
  response.setHeader('Content-Type', 'text/plain');
  response.writeHead(200);
  response.write("Hello Kubernetes bootcamp! | Running on: ");
  response.write(host);
  response.end(" | v=${version}\\n");
  console.log("Running On:" ,host, "| Total Requests:", ++requests,"| App Uptime:", (new Date() - startTime)/1000 , "seconds", "| Log Time:",new Date());
}
var www = http.createServer(handleRequest);
www.listen(8080,function () {
    startTime = new Date();;
    host = process.env.HOSTNAME;
    console.log ("Kubernetes Bootcamp App Started At:",startTime, "| Running On: " ,host, "\\n" );
});
`;

/** The application of Kubernetes Basics, as it answers and logs. */
function bootcamp(version: string): Image {
  const hello: Serve = (_request, { hostname, startedAt, state, now, log }) => {
    state.requests = Number(state.requests ?? 0) + 1;
    const uptime = (now() - startedAt) / 1000;
    log(`Running On: ${hostname} | Total Requests: ${state.requests} | App Uptime: ${uptime} seconds | Log Time: ${isoTime(now())}\n`);
    return textResponse(200, `Hello Kubernetes bootcamp! | Running on: ${hostname} | v=${version}\n`, "text/plain");
  };
  const app: Server = ({ hostname, startedAt }) => ({
    prints: `Kubernetes Bootcamp App Started At: ${isoTime(startedAt)} | Running On:  ${hostname} \n\n`,
    ports: { 8080: hello },
  });

  return defineImage({
    name: "gcr.io/google-samples/kubernetes-bootcamp",
    aliases: ["jocatalin/kubernetes-bootcamp"],
    tags: [`v${version}`],
    size: "80Mi",
    pullSeconds: 5,
    // The shell is the first process and passes no signal on: the pod takes its whole grace period to end.
    command: ["/bin/sh", "-c", "node server.js"],
    env: { NPM_CONFIG_LOGLEVEL: "info", NODE_VERSION: "6.3.1" },
    base: "debian",
    tools: ["curl", "ps"],
    files: { "/server.js": source(version) },
    main: app,
    servers: {
      "/usr/local/bin/node": (start) =>
        start.args.at(-1)?.endsWith("server.js")
          ? { ...app(start), signals: { TERM: { code: 143 }, INT: { code: 130 } } }
          : { errors: "node: Podyard runs no JavaScript but /server.js\n", exits: { code: 1 } },
    },
  });
}

export const bootcamp1 = bootcamp("1");
export const bootcamp2 = bootcamp("2");
