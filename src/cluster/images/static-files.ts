import type { HttpResponse } from "#base/http.ts";
import { bytesOf } from "#base/streams.ts";
import type { FileSystem } from "#shell/file-system.ts";
import { httpTime } from "./serving.ts";

const types: Readonly<Record<string, string>> = {
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  js: "application/javascript",
  json: "application/json",
  txt: "text/plain",
  xml: "text/xml",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  ico: "image/x-icon",
  pdf: "application/pdf",
};

export interface StaticFile {
  content: Uint8Array;
  headers: Record<string, string>;
}

/** A file under a directory as a web server sends it: a directory's index for the directory; or why not. */
export function staticFile(
  files: FileSystem,
  root: string,
  path: string,
  indexes: readonly string[] = ["index.html"],
): StaticFile | 403 | 404 | { redirect: string } {
  const at = files.resolve("/", root + decode(path));
  if (!at.startsWith(files.resolve("/", root))) return 404;
  const stat = files.stat(at);
  if (!stat) return 404;
  if (stat.kind === "directory") {
    if (!path.endsWith("/")) return { redirect: `${path}/` };
    const index = indexes.find((name) => files.stat(`${at}/${name}`)?.kind === "file");
    return index === undefined ? 403 : staticFile(files, root, path + index, indexes);
  }
  if ((stat.mode & 0o444) === 0) return 403;
  const content = files.read(at);
  const extension = at.slice(at.lastIndexOf(".") + 1).toLowerCase();
  return {
    content,
    headers: {
      "content-type": types[extension] ?? "application/octet-stream",
      "content-length": String(content.length),
      "last-modified": httpTime(stat.modifiedAt),
      etag: `"${Math.floor(stat.modifiedAt / 1000).toString(16)}-${content.length.toString(16)}"`,
      "accept-ranges": "bytes",
    },
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A short page of a web server's own. */
export function ownPage(status: number, html: string, headers: Record<string, string>): HttpResponse {
  const body = bytesOf(html);
  return { status, headers: { ...headers, "content-type": "text/html", "content-length": String(body.length) }, body };
}
