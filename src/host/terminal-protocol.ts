/** The subprotocol of a terminal's socket. */
export const terminalProtocol = "podyard.terminal.v1";

const bearer = "bearer.";

/** The token among a socket's subprotocols: browsers can send no other header. */
export function tokenOfProtocols(header: string | null | undefined): string | undefined {
  const protocols = (header ?? "").split(",").map((protocol) => protocol.trim());
  if (!protocols.includes(terminalProtocol)) return undefined;
  return protocols.find((protocol) => protocol.startsWith(bearer))?.slice(bearer.length);
}

/** What a client says in a text frame. */
export type ClientMessage = { type: "resize"; cols: number; rows: number } | { type: "ack"; bytes: number };

/** What the server says in a text frame. */
export type ServerMessage =
  | { type: "hello"; role: string; cols: number; rows: number }
  | { type: "presence"; people: number }
  | { type: "notice"; text: string };

/** A client's text frame, undefined when it is none that the protocol knows. */
export function clientMessage(text: string): ClientMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof message !== "object" || message === null || !("type" in message)) return undefined;
  const fields = message as Record<string, unknown>;
  if (fields["type"] === "resize" && isSize(fields["cols"]) && isSize(fields["rows"]))
    return { type: "resize", cols: fields["cols"], rows: fields["rows"] };
  if (fields["type"] === "ack" && typeof fields["bytes"] === "number" && fields["bytes"] >= 0) return { type: "ack", bytes: fields["bytes"] };
  return undefined;
}

const isSize = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1000;
