import { CurlError } from "./curl-body.ts";

const most = 10_000;

/** `{a,b}` and `[1-3]` in a URL written out. */
export function expandedUrls(text: string): string[] {
  const braces = /\{([^{}]*)\}/.exec(text);
  const range = /\[(\d+)-(\d+)(?::(\d+))?\]|\[([a-z])-([a-z])\]/.exec(text);
  const first = braces && (!range || braces.index < range.index) ? braces : range;
  if (!first) return [text];
  const choices: string[] = [];
  if (first === braces) choices.push(...(braces[1] ?? "").split(","));
  else if (range) {
    const letters = range[4] !== undefined;
    const [from, to] = letters ? [range[4]?.charCodeAt(0) ?? 0, range[5]?.charCodeAt(0) ?? 0] : [Number(range[1]), Number(range[2])];
    for (let at = from; at <= to && choices.length < most; at += Number(range[3] ?? 1))
      choices.push(letters ? String.fromCharCode(at) : String(at).padStart(range[1]?.startsWith("0") ? range[1].length : 0, "0"));
  }
  const [before, after] = [text.slice(0, first.index), text.slice(first.index + first[0].length)];
  return choices.flatMap((choice) => expandedUrls(after).map((rest) => before + choice + rest));
}

/** A URL as curl reads it: `http://` may be left out. Throws a `CurlError`. */
export function urlOf(text: string, scheme = "http"): URL {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${scheme}://${text}`;
  const [, protocol = ""] = /^([a-z][a-z0-9+.-]*):/i.exec(whole) ?? [];
  if (!/^https?$/i.test(protocol)) {
    if (/^(ftp|ftps|file|scp|sftp|smtp|imap|pop3|telnet|tftp|ldap|gopher|dict|mqtt|rtsp|ws|wss)$/i.test(protocol))
      throw new CurlError(1, `Protocol "${protocol}" is not simulated by Podyard`);
    throw new CurlError(1, `Protocol "${protocol}" not supported or disabled in libcurl`);
  }
  if (/\s/.test(text)) throw new CurlError(3, "URL using bad/illegal format or missing URL");
  if (/^https?:\/\/(\/|$)/i.test(whole)) throw new CurlError(3, "URL using bad/illegal format or missing URL");
  const port = /^[a-z]+:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(whole)?.[1];
  if (port !== undefined && Number(port) > 65535) throw new CurlError(3, "URL using bad/illegal format or missing URL");
  if (!URL.canParse(whole)) throw new CurlError(3, "URL using bad/illegal format or missing URL");
  return new URL(whole);
}

/** The last part of a URL's path: the name of the file that it is. */
export const remoteName = (url: string): string => /^(?:[a-z]+:\/\/)?[^/?#]*(?:\/[^?#]*)?\/([^/?#]*)(?:[?#]|$)/i.exec(url)?.[1] ?? "";
