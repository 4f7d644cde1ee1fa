import { sha256 } from "@noble/hashes/sha2.js";
import { gzipSync } from "fflate";
import { type HttpRequest, type HttpResponse, textResponse } from "#base/http.ts";
import { bytesOf, joined } from "#base/streams.ts";
import { binary } from "#shell/executable.ts";
import { blocksOf } from "#shell/tools/archive.ts";

const kubernetes = "v1.36.3";
const helm = "v4.2.3";

export const downloadHosts = [
  "dl.k8s.io",
  "cdn.dl.k8s.io",
  "storage.googleapis.com",
  "get.helm.sh",
  "raw.githubusercontent.com",
  "github.com",
  "objects.githubusercontent.com",
];

/** What is fetched to install a client: the file that stands for the program that is here, whichever way one comes to it. */
const contents: readonly (readonly [place: RegExp, content: () => Uint8Array])[] = [
  [/^(?:cdn\.)?dl\.k8s\.io\/(?:release\/)?(?:stable|stable-1|stable-1\.36|latest|latest-1\.36)\.txt$/, () => bytesOf(kubernetes)],
  [/^storage\.googleapis\.com\/kubernetes-release\/release\/stable(?:-1\.36)?\.txt$/, () => bytesOf(kubernetes)],
  [/^(?:cdn\.)?dl\.k8s\.io\/(?:release\/)?v1\.36\.3\/bin\/linux\/amd64\/kubectl$/, () => bytesOf(binary("kubectl"))],
  [/^storage\.googleapis\.com\/kubernetes-release\/release\/v1\.36\.3\/bin\/linux\/amd64\/kubectl$/, () => bytesOf(binary("kubectl"))],
  [/^storage\.googleapis\.com\/minikube\/releases\/(?:latest|v1\.39\.0)\/minikube-linux-amd64$/, () => bytesOf(binary("minikube"))],
  [
    /^(?:github|objects\.githubusercontent)\.com\/kubernetes\/minikube\/releases\/(?:latest\/download|download\/v1\.39\.0)\/minikube-linux-amd64$/,
    () => bytesOf(binary("minikube")),
  ],
  [/^get\.helm\.sh\/helm-v4\.2\.3-linux-amd64\.tar\.gz$/, helmArchive],
  [/^get\.helm\.sh\/helm4?-latest-version$/, () => bytesOf(`${helm}\n`)],
  [/^raw\.githubusercontent\.com\/helm\/helm\/(?:main|master|HEAD|v[\d.]+)\/scripts\/get(?:-helm-[34])?$/, () => bytesOf(helmScript)],
];

/** The answer of an address where programs are fetched from; undefined where nothing of it is here. */
export function downloadAnswer({ method, url }: Pick<HttpRequest, "method" | "url">): HttpResponse | undefined {
  const { hostname, pathname, protocol } = new URL(url);
  if (!downloadHosts.includes(hostname)) return undefined;
  const place = hostname + pathname;
  const sum = /\.sha256(?:sum)?$/.exec(place)?.[0];
  const name = sum === undefined ? place : place.slice(0, -sum.length);
  const found = contents.find(([pattern]) => pattern.test(name));
  if (!found) return undefined;
  // As the world has it: from the short name to where the files are.
  if (hostname === "dl.k8s.io" || hostname === "github.com" || (protocol === "http:" && hostname !== "storage.googleapis.com")) {
    const target = hostname === "dl.k8s.io" ? "cdn.dl.k8s.io" : hostname === "github.com" ? "objects.githubusercontent.com" : hostname;
    return textResponse(302, "", "text/html", { location: `https://${target}${pathname}` });
  }
  let body = found[1]();
  if (sum !== undefined) {
    const hash = [...sha256(body)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    body = bytesOf(sum === ".sha256sum" ? `${hash}  ${name.slice(name.lastIndexOf("/") + 1)}\n` : hostname === "get.helm.sh" ? `${hash}\n` : hash);
  }
  const isText = sum !== undefined || /\.txt$|version$|\/scripts\//.test(name);
  return {
    status: 200,
    headers: { "content-type": isText ? "text/plain; charset=utf-8" : "application/octet-stream", "content-length": String(body.length) },
    body: method === "HEAD" ? new Uint8Array(0) : body,
  };
}

function helmArchive(): Uint8Array {
  const entry = { owner: "root", modifiedAt: 0, target: "", content: new Uint8Array(0) };
  const blocks = [
    ...blocksOf({ ...entry, name: "linux-amd64", mode: 0o755, kind: "directory" }),
    ...blocksOf({ ...entry, name: "linux-amd64/helm", mode: 0o755, kind: "file", content: bytesOf(binary("helm")) }),
    new Uint8Array(1024),
  ];
  return gzipSync(joined(blocks), { mtime: 0 });
}

/** Installs helm, as the script of this name does it. */
const helmScript = `#!/usr/bin/env bash
# Installs the latest helm into HELM_INSTALL_DIR; -v or --version names another one.
set -e

: \${BINARY_NAME:="helm"}
: \${USE_SUDO:="true"}
: \${HELM_INSTALL_DIR:="/usr/local/bin"}
TAG=\${DESIRED_VERSION:-}

while [ $# -gt 0 ]; do
  case $1 in
    --version|-v) shift; TAG=\${1:-}
      if [ -z "$TAG" ]; then
        echo "Please provide the desired version. e.g. --version ${helm}" >&2
        exit 0
      fi ;;
    --no-sudo) USE_SUDO="false" ;;
    --help|-h) echo "Accepted cli arguments are: [--help|-h] [--version|-v <desired_version>] [--no-sudo]"; exit 0 ;;
    *) exit 1 ;;
  esac
  shift
done

as_root() {
  if [ "$(id -u)" -ne 0 ] && [ "$USE_SUDO" = "true" ]; then sudo "$@"; else "$@"; fi
}

[ -n "$TAG" ] || TAG=$(curl -fsSL https://get.helm.sh/helm4-latest-version)
case $TAG in v*) ;; *) TAG=v$TAG ;; esac

if [ -f "$HELM_INSTALL_DIR/$BINARY_NAME" ]; then
  version=$("$HELM_INSTALL_DIR/$BINARY_NAME" version --template='{{ .Version }}')
  if [ "$version" = "$TAG" ]; then
    echo "Helm $version is already latest"
    exit 0
  fi
  echo "Helm $TAG is available. Changing from version $version."
fi

dist="helm-$TAG-linux-amd64.tar.gz"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
echo "Downloading https://get.helm.sh/$dist"
curl -fsSL "https://get.helm.sh/$dist.sha256" -o "$tmp/$dist.sha256"
curl -fsSL "https://get.helm.sh/$dist" -o "$tmp/$dist"
printf "Verifying checksum... "
if [ "$(sha256sum "$tmp/$dist" | cut -d ' ' -f 1)" != "$(cat "$tmp/$dist.sha256")" ]; then
  echo "SHA sum of $tmp/$dist does not match. Aborting."
  exit 1
fi
echo "Done."
tar xf "$tmp/$dist" -C "$tmp"
echo "Preparing to install $BINARY_NAME into $HELM_INSTALL_DIR"
as_root cp "$tmp/linux-amd64/helm" "$HELM_INSTALL_DIR/$BINARY_NAME"
echo "$BINARY_NAME installed into $HELM_INSTALL_DIR/$BINARY_NAME"
`;
