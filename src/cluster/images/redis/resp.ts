/** An answer of a redis server. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export type Reply =
  | { readonly type: "status" | "error" | "text"; readonly text: string }
  | { readonly type: "integer"; readonly value: number }
  | { readonly type: "nothing" }
  | { readonly type: "list"; readonly items: readonly Reply[] };

export const status = (text: string): Reply => ({ type: "status", text });
export const failure = (text: string): Reply => ({ type: "error", text });
export const integer = (value: number): Reply => ({ type: "integer", value });
export const nothing: Reply = { type: "nothing" };
export const list = (items: readonly Reply[]): Reply => ({ type: "list", items });
export const bulk = (value: string | undefined): Reply => (value === undefined ? nothing : { type: "text", text: value });
export const bulks = (values: readonly (string | undefined)[]): Reply => list(values.map(bulk));

const end = "\r\n";

/** A reply on the wire, or a command: a list of texts. */
export function encoded(reply: Reply): string {
  switch (reply.type) {
    case "status":
      return `+${reply.text}${end}`;
    case "error":
      return `-${reply.text}${end}`;
    case "integer":
      return `:${reply.value}${end}`;
    case "nothing":
      return `$-1${end}`;
    case "text":
      return `$${new TextEncoder().encode(reply.text).length}${end}${reply.text}${end}`;
    case "list":
      return `*${reply.items.length}${end}${reply.items.map(encoded).join("")}`;
  }
}

/** What came over the wire; undefined where that is no message of the protocol. */
export function decoded(bytes: Uint8Array): Reply | undefined {
  const reader = new Reader(bytes);
  return reader.reply();
}

/** All messages that stand one behind the other, up to one that is not whole. */
export function* decodedAll(bytes: Uint8Array): Iterable<Reply> {
  const reader = new Reader(bytes);
  for (let reply = reader.reply(); reply; reply = reader.reply()) yield reply;
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  reply(): Reply | undefined {
    const line = this.#line();
    if (line === undefined) return undefined;
    const rest = line.slice(1);
    switch (line[0]) {
      case "+":
        return status(rest);
      case "-":
        return failure(rest);
      case ":":
        return integer(Number(rest));
      case "$":
        return this.#text(Number(rest));
      case "*":
        return this.#list(Number(rest));
      default:
        return undefined;
    }
  }

  #line(): string | undefined {
    const until = this.#bytes.indexOf(13, this.#at);
    if (until < 0) return undefined;
    const text = new TextDecoder().decode(this.#bytes.subarray(this.#at, until));
    this.#at = until + end.length;
    return text;
  }

  #text(length: number): Reply {
    if (length < 0) return nothing;
    const text = new TextDecoder().decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length + end.length;
    return bulk(text);
  }

  #list(length: number): Reply | undefined {
    const items: Reply[] = [];
    for (let i = 0; i < length; i++) {
      const item = this.reply();
      if (!item) return undefined;
      items.push(item);
    }
    return list(items);
  }
}
