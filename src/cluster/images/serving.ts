import type { HttpRequest, HttpResponse } from "#base/http.ts";
import { textResponse } from "#base/http.ts";
import { formatTime } from "#machinery/time.ts";

/** The path of a request, without its query. */
export const pathOf = (request: HttpRequest): string => new URL(request.url).pathname;

/** The path and query of a request, as its first line has them. */
export const targetOf = (request: HttpRequest): string => {
  const { pathname, search } = new URL(request.url);
  return pathname + search;
};

export const hostOf = (request: HttpRequest): string => request.headers.host ?? new URL(request.url).host;

/** A web page. */
export const page = (status: number, html: string): HttpResponse => textResponse(status, html, "text/html");

/** What programs written in Go answer where they have nothing. */
export const goNotFound = (): HttpResponse => textResponse(404, "404 page not found\n");

/** `2026-11-23T13:34:45.123Z` */
export const isoTime = (at: number): string => `${formatTime(at).slice(0, -1)}.${String(Math.floor(at % 1000)).padStart(3, "0")}Z`;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `23/Nov/2026:13:34:45 +0000`, as access logs have it. */
export function accessTime(at: number): string {
  const time = formatTime(at);
  return `${time.slice(8, 10)}/${months[Number(time.slice(5, 7)) - 1]}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000`;
}

/** `23 Nov 2026 13:34:45.123`, as redis has it. */
export function dayMonthTime(at: number): string {
  const time = formatTime(at);
  const thousandths = String(Math.floor(at % 1000)).padStart(3, "0");
  return `${time.slice(8, 10)} ${months[Number(time.slice(5, 7)) - 1]} ${time.slice(0, 4)} ${time.slice(11, 19)}.${thousandths}`;
}

/** `2026/11/23 13:34:45`, as nginx and Go's log package have it. */
export const slashTime = (at: number): string => formatTime(at).replaceAll("-", "/").replace("T", " ").slice(0, 19);

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `Mon, 23 Nov 2026 13:34:45 GMT`, as HTTP headers have it. */
export function httpTime(at: number): string {
  const time = formatTime(at);
  const weekday = weekdays[(Math.floor(at / 86_400_000) + 4) % 7];
  return `${weekday}, ${time.slice(8, 10)} ${months[Number(time.slice(5, 7)) - 1]} ${time.slice(0, 4)} ${time.slice(11, 19)} GMT`;
}

/** `I1123 13:34:45.123456       1 log.go:195] `, as klog begins a line. */
export function klogHead(at: number, where: string, level = "I"): string {
  const time = formatTime(at);
  return `${level}${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 19)}.${String(Math.floor((at % 1000) * 1000)).padStart(6, "0")}       1 ${where}] `;
}

/** Tags of a range of versions: `1.27.0`, `1.27.1`, … and `1.27`. */
export function tagsOf(minor: string, patches: number, ...suffixes: string[]): string[] {
  const versions = [minor, ...Array.from({ length: patches + 1 }, (_, patch) => `${minor}.${patch}`)];
  return versions.flatMap((version) => [version, ...suffixes.map((suffix) => `${version}-${suffix}`)]);
}
