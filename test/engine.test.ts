// The container engine beside the cluster, as docker speaks to it.
import { expect, test } from "vitest";
import { Seat } from "./kit/seat.ts";

const dockerfile = `FROM golang:1.22-alpine AS tools
RUN mkdir /out && echo tool > /out/tool
FROM nginx:alpine
ARG WHO=nobody
ENV GREETING=hello \\\\
    WHO=$WHO
COPY --from=tools /out/tool /usr/local/share/
RUN echo "$GREETING $WHO" > /usr/share/nginx/html/index.html
WORKDIR /usr/share/nginx/html
COPY pages/*.html ./
EXPOSE 80
LABEL stage=test
`;

test("images are built of a Dockerfile, run, and answer", async () => {
  const seat = await Seat.boot("minikube");
  await seat.said(
    `mkdir -p pages; echo more > pages/more.html; echo skip > pages/skip.txt; printf '${dockerfile.replaceAll("\n", "\\n")}' > Dockerfile`,
  );
  expect(
    await seat.said(
      "docker build -t site:v1 --build-arg WHO=you . > log 2>&1; echo $?; grep -c DONE log; docker images --format '{{.Repository}}:{{.Tag}}' | head -1",
    ),
  ).toMatch(/^0\n\d+\nsite:v1$/);
  expect(
    await seat.said(
      "docker run -d --name site -p 8080:80 site:v1 > id; curl -s localhost:8080; curl -s localhost:8080/more.html; docker exec site sh -c 'cat /usr/local/share/tool; pwd; echo $WHO; ls'",
    ),
  ).toBe("hello you\nmore\ntool\n/usr/share/nginx/html\nyou\n50x.html\nindex.html\nmore.html");
  expect(
    await seat.said(
      'docker inspect -f \'{{.State.Status}} {{index .Config.Labels "stage"}} {{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}\' site',
    ),
  ).toBe("running test 8080");
  const again = await seat.again();
  expect(await again.said("curl -s localhost:8080; docker ps --format '{{.Names}} {{.Image}}'")).toBe("hello you\nsite site:v1");
  expect(await again.said("docker rm site")).toBe(
    'Error response from daemon: cannot remove container "site": container is running: stop the container before removing or force remove\n[exit 1]',
  );
  expect(await again.said("docker stop site; docker ps -aq | wc -l; docker rm site; docker rmi site:v1 | head -1; curl -s localhost:8080")).toBe(
    "site\n1\nsite\nUntagged: site:v1\n[exit 7]",
  );
});

test("what cannot be built or run says so as docker does", async () => {
  const seat = await Seat.boot("minikube");
  const built = (text: string) => seat.said(`printf '${text}' | docker build -q - 2>&1`);
  expect(await built("FROM busybox\\nRUN exit 9\\n")).toContain(
    'ERROR: failed to build: failed to solve: process "/bin/sh -c exit 9" did not complete successfully: exit code: 9\n[exit 1]',
  );
  expect(await built("FRM busybox\\n")).toContain("dockerfile parse error on line 1: unknown instruction: FRM");
  expect(await built("RUN true\\n")).toContain("no build stage in current context");
  expect(await built("FROM nothing-of-that-name\\n")).toContain("pull access denied, repository does not exist or may require authorization");
  expect(await seat.said("docker build .")).toContain("failed to read dockerfile: open Dockerfile: no such file or directory");
  expect(await seat.said("docker run --rm busybox nosuch 2>&1 | grep -v -e Unable -e Status")).toContain(
    'exec: "nosuch": executable file not found in $PATH',
  );
  expect(await seat.said("docker run -d --name a busybox sleep 1000 > /dev/null; docker run --name a busybox")).toContain(
    'Conflict. The container name "/a" is already in use by container',
  );
  expect(await seat.said("docker run --rm busybox sh -c 'echo out; exit 5' 2> /dev/null")).toBe("out\n[exit 5]");
  expect(await seat.said("docker kill a; docker ps -a --format '{{.Status}}'")).toMatch(/^a\nExited \(137\)/);
});

test("what was built runs in the cluster once it is on the node", async () => {
  const seat = await Seat.boot("minikube");
  await seat.said(
    'printf \'FROM busybox\\nCMD ["sh", "-c", "echo mine; sleep 1000"]\\n\' > Dockerfile; docker build -q -t mine:v1 .; kubectl run before --image=mine:v1; sleep 5',
  );
  expect(await seat.said("kubectl get pod before --no-headers | awk '{print $3}'")).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
  await seat.said("minikube image load mine:v1; kubectl run after --image=mine:v1; sleep 5");
  expect(await seat.said("kubectl logs after; minikube image ls | grep mine")).toBe("mine\ndocker.io/library/mine:v1");
});
