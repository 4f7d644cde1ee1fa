import { gzipSync } from "fflate";
import { joined } from "#base/streams.ts";
import { BadArchive, blocksOf, entriesOf, unpacked } from "#shell/tools/archive.ts";
import { HelmError } from "../errors.ts";
import { cleanPath } from "../functions/paths.ts";
import type { ChartFile } from "./chart.ts";

const largestFileBytes = 5 * 1024 * 1024;
const mark = [0xef, 0xbb, 0xbf];

const withoutMark = (bytes: Uint8Array): Uint8Array => (mark.every((byte, i) => bytes[i] === byte) ? bytes.subarray(3) : bytes);

/** The files of a packaged chart, named from the chart's own directory. Throws a `HelmError`. */
export function readArchive(bytes: Uint8Array): ChartFile[] {
  const files: ChartFile[] = [];
  try {
    for (const { name, kind, content } of entriesOf(unpacked(bytes))) {
      if (kind === "directory") continue;
      const [directory, ...rest] = name.split("/");
      const inside = rest.join("/");
      if (inside.startsWith("/")) throw new HelmError("chart illegally contains absolute paths");
      const path = cleanPath(inside);
      if (path === ".") throw new HelmError(`chart illegally contains content outside the base directory: ${JSON.stringify(name)}`);
      if (path.startsWith("..")) throw new HelmError("chart illegally references parent directory");
      if (directory === "Chart.yaml") throw new HelmError("chart yaml not in base directory");
      if (content.length > largestFileBytes)
        throw new HelmError(`decompressed chart file ${JSON.stringify(name)} is larger than the maximum file size ${largestFileBytes}`);
      files.push({ name: path, bytes: withoutMark(content) });
    }
  } catch (problem) {
    if (problem instanceof BadArchive) throw new HelmError("gzip: invalid header");
    throw problem;
  }
  if (files.length === 0) throw new HelmError("no files in chart archive");
  return files;
}

/** Packs files as helm packages a chart: below a directory of the chart's name, gzipped. */
export function writeArchive(name: string, files: readonly ChartFile[], at: number): Uint8Array {
  const blocks = files.flatMap((file) =>
    blocksOf({ name: `${name}/${file.name}`, mode: 0o644, owner: "", modifiedAt: at, kind: "file", target: "", content: file.bytes }),
  );
  return gzipSync(joined([...blocks, new Uint8Array(1024)]), { mtime: at, level: 9 });
}
