import type { KubeObject } from "#machinery/object.ts";
import type { Table, TableColumnDefinition } from "#machinery/table.ts";
import { TabWriter } from "../../cli/tab-writer.ts";

export interface TableOptions {
  wide: boolean;
  noHeaders: boolean;
  withNamespace: boolean;
  /** `deployment.apps`, to stand before each name. */
  kind: string | undefined;
  labelColumns: readonly string[];
  showLabels: boolean;
}

/** Prints tables of one kind as they come: headers once, columns as wide as they have been. */
export class TablePrinter {
  readonly #options: TableOptions;
  readonly #writer = new TabWriter({ least: 6, padding: 3, remember: true });
  #columns: readonly TableColumnDefinition[] = [];
  #headed = false;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  /** The lines of a table; `event` is the type of the watch event that brought it, where that is shown. */
  lines(table: Table, event?: string): string {
    this.add(table, event);
    return this.#writer.take();
  }

  /** Adds a table to those that are laid out together by the next `take`. */
  add(table: Table, event?: string): void {
    const { wide, noHeaders } = this.#options;
    // Watch events after the first leave the columns out.
    const columns = table.columnDefinitions?.length > 0 ? table.columnDefinitions : this.#columns;
    if (columns !== this.#columns && JSON.stringify(columns) !== JSON.stringify(this.#columns)) {
      this.#columns = columns;
      this.#headed = false;
    }
    const rows = table.rows ?? [];
    if (rows.length === 0) return;

    const shown = columns.map((column, i) => ({ column, i })).filter(({ column }) => wide || column.priority === 0);
    const nameColumn = this.#options.kind === undefined ? -1 : columns.findIndex((column) => column.format === "name");
    if (!noHeaders && !this.#headed)
      this.#row([...this.#before(event, "EVENT", "NAMESPACE"), ...shown.map(({ column }) => column.name.toUpperCase()), ...this.#labelHeaders()]);
    this.#headed = true;
    for (const row of rows) {
      const { metadata } = row.object ?? ({ metadata: {} } as KubeObject);
      // Labels stand behind a row's last cell, and below whatever column that is: a few rows have a cell more than there are columns.
      const all = [...row.cells, ...this.#labels(metadata.labels ?? {})];
      const cells = [...shown.map(({ i }) => i), ...this.#labelHeaders().map((_, i) => columns.length + i)].map((i) =>
        i === nameColumn ? `${this.#options.kind}/${cellText(all[i])}` : cellText(all[i]),
      );
      this.#row([...this.#before(event, event?.padEnd(8) ?? "", metadata.namespace ?? ""), ...cells]);
    }
  }

  take(): string {
    return this.#writer.take();
  }

  #before(event: string | undefined, shown: string, namespace: string): string[] {
    return [...(event === undefined ? [] : [shown]), ...(this.#options.withNamespace ? [namespace] : [])];
  }

  #row(cells: readonly string[]): void {
    this.#writer.write(`${cells.join("\t")}\n`);
  }

  #labelHeaders(): string[] {
    return [
      ...this.#options.labelColumns.map((label) => (label.split("/").at(-1) ?? "").toUpperCase()),
      ...(this.#options.showLabels ? ["LABELS"] : []),
    ];
  }

  #labels(labels: Readonly<Record<string, string>>): string[] {
    return [...this.#options.labelColumns.map((label) => labels[label] ?? ""), ...(this.#options.showLabels ? [labelsText(labels)] : [])];
  }
}

/** `a=b,c=d`, sorted; `<none>` where there are none. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const text = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(",");
  return text || "<none>";
}

/** A cell on one line; what could steer the terminal is shown, not sent. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  const text = typeof cell === "object" ? JSON.stringify(cell) : String(cell);
  const end = text.search(/[\f\n\r]/);
  return (end < 0 ? text : `${text.slice(0, end)}...`).replaceAll("\x1b", "^[").replaceAll("\t", " ");
}
