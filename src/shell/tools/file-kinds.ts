import { FileError } from "../file-system.ts";
import { defineTool } from "./tool.ts";

const magics: readonly (readonly [bytes: readonly number[], kind: string, mime: string])[] = [
  [[0x7f, 0x45, 0x4c, 0x46], "ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked", "application/x-pie-executable"],
  [[0x1f, 0x8b], "gzip compressed data", "application/gzip"],
  [[0x50, 0x4b, 0x03, 0x04], "Zip archive data", "application/zip"],
  [[0x89, 0x50, 0x4e, 0x47], "PNG image data", "image/png"],
  [[0xff, 0xd8, 0xff], "JPEG image data", "image/jpeg"],
  [[0x25, 0x50, 0x44, 0x46], "PDF document", "application/pdf"],
];

/** What a text is, by how it begins. */
function textKind(text: string): readonly [kind: string, mime: string] {
  const [, program] = /^#! *(\S+(?: \S+)?)/.exec(text) ?? [];
  if (program) {
    const name = /(?:env )?(?:.*\/)?(\w+)$/.exec(program)?.[1] ?? "";
    if (name === "bash") return ["Bourne-Again shell script", "text/x-shellscript"];
    if (name === "sh" || name === "dash") return ["POSIX shell script", "text/x-shellscript"];
    if (name.startsWith("python")) return ["Python script", "text/x-script.python"];
    return [`a ${program} script`, "text/plain"];
  }
  if (/^\s*<(!DOCTYPE html|html)/i.test(text)) return ["HTML document", "text/html"];
  if (/^<\?xml/.test(text)) return ["XML 1.0 document", "text/xml"];
  if (text.startsWith("-----BEGIN CERTIFICATE-----")) return ["PEM certificate", "text/plain"];
  if (/^-----BEGIN (?:RSA )?PRIVATE KEY-----/.test(text)) return ["PEM RSA private key", "text/plain"];
  if (/^\s*[[{]/.test(text)) {
    try {
      JSON.parse(text);
      return ["JSON text data", "application/json"];
    } catch {
      return ["", "text/plain"];
    }
  }
  return ["", "text/plain"];
}

export const file = defineTool({
  name: "file",
  usage: "[OPTION...] [FILE...]",
  summary: "Tell what kind a file is.",
  options: ["b,brief", "i,mime", "mime-type", "L,dereference", "h,no-dereference", "z", "k", "s", "f=", "F,separator="],

  async run({ options, process, out, err }) {
    const { fs } = process.machine;
    if (options.operands.length === 0) {
      await err.line(
        "Usage: file [-bcCdEhikLlNnprsSvzZ0] [--apple] [--extension] [--mime-encoding]\n            [--mime-type] [-e <testname>] [-F <separator>]  [-f <namefile>]\n            [-m <magicfiles>] [-P <parameter=value>] [--exclude-quiet]\n            <file> ...",
      );
      return 1;
    }
    const widest = Math.max(...options.operands.map((name) => name.length));
    for (const name of options.operands) {
      const [kind, mime] = kindOf(name);
      const shown = options.has("mime")
        ? `${mime}; charset=${mime.startsWith("text/") || mime === "application/json" ? "us-ascii" : "binary"}`
        : options.has("mime-type")
          ? mime
          : kind;
      await out.line(options.has("brief") ? shown : `${`${name}${options.get("separator") ?? ":"}`.padEnd(widest + 1)} ${shown}`);
    }
    return 0;

    function kindOf(name: string): readonly [kind: string, mime: string] {
      const path = fs.resolve(process.cwd, name);
      const stat = fs.stat(path, { follow: options.has("dereference") });
      if (!stat) return [`cannot open \`${name}' (No such file or directory)`, `cannot open \`${name}' (No such file or directory)`];
      if (stat.kind === "directory") return [`${(stat.mode & 0o1000) !== 0 ? "sticky, " : ""}directory`, "inode/directory"];
      if (stat.kind === "device") return ["character special", "inode/chardevice"];
      if (stat.kind === "link") return [`${fs.stat(path) ? "" : "broken "}symbolic link to ${fs.readlink(path)}`, "inode/symlink"];
      let bytes: Uint8Array;
      try {
        bytes = fs.read(path);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        return ["regular file, no read permission", "inode/x-empty"];
      }
      if (bytes.length === 0) return ["empty", "inode/x-empty"];
      const magic = magics.find(([start]) => start.every((byte, i) => bytes[i] === byte));
      if (magic) return [magic[1], magic[2]];
      if (String.fromCharCode(...bytes.subarray(257, 262)) === "ustar") return ["POSIX tar archive (GNU)", "application/x-tar"];
      return textOrData(bytes);
    }
  },
});

function textOrData(bytes: Uint8Array): readonly [kind: string, mime: string] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return ["data", "application/octet-stream"];
  }
  if (/[\0-\x06\x0e-\x1a\x1c-\x1f]/.test(text)) return ["data", "application/octet-stream"];
  const [kind, mime] = textKind(text);
  if (kind === "JSON text data") return [kind, mime];
  const encoding = /[^\0-\x7f]/.test(text) ? "Unicode text, UTF-8 text" : "ASCII text";
  const lines = text.split("\n");
  const long = lines.some((line) => line.length > 300) ? ", with very long lines" : "";
  const ends = text.includes("\r\n") ? ", with CRLF line terminators" : lines.length === 1 ? ", with no line terminators" : "";
  return [`${kind ? `${kind}, ` : ""}${encoding}${kind.endsWith("script") ? " executable" : ""}${long}${ends}`, mime];
}
