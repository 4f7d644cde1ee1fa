import { bytesOf } from "#base/streams.ts";
import type { Process } from "../../process.ts";

/** What curl shows of a transfer's progress where its output goes elsewhere. */
export class ProgressMeter {
  readonly #process: Process;
  readonly #style: "none" | "table" | "bar";

  constructor(process: Process, style: "none" | "table" | "bar") {
    this.#process = process;
    this.#style = style;
  }

  async begin(): Promise<void> {
    if (this.#style !== "table") return;
    await this.#write(
      `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n${row(0, 0)}`,
    );
  }

  async end(bytes: number, milliseconds: number): Promise<void> {
    if (this.#style === "table") await this.#write(`${bytes > 0 ? row(bytes, milliseconds) : ""}\n`);
    if (this.#style === "bar") await this.#write(`\r${"#".repeat(72)} 100.0%\n`);
  }

  #write(text: string): Promise<void> {
    return this.#process.stderr.write(bytesOf(text));
  }
}

function row(bytes: number, milliseconds: number): string {
  const speed = milliseconds > 0 ? Math.round((bytes * 1000) / milliseconds) : bytes > 0 ? bytes * 1000 : 0;
  const percent = bytes > 0 ? "100" : "  0";
  const size = sized(bytes);
  const time = milliseconds >= 1000 ? clock(milliseconds) : "--:--:--";
  return `\r${percent} ${size}  ${percent} ${size}    0     0 ${sized(speed, 6)}      0 ${time} ${time} --:--:-- ${sized(speed)}`;
}

function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${String(Math.floor(seconds / 3600)).padStart(2)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A number in five or six places: `12345`, `1205k`, ` 117M`. */
function sized(bytes: number, width = 5): string {
  if (bytes < 10 ** width) return String(bytes).padStart(width);
  if (bytes < 10_000 * 1024) return `${Math.floor(bytes / 1024)}k`.padStart(width);
  return `${Math.floor(bytes / 1024 ** 2)}M`.padStart(width);
}
