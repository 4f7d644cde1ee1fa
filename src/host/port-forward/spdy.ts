import { joined } from "#base/streams.ts";
import { ByteQueue } from "./byte-queue.ts";
import { EmptyHeaders, HeaderReader } from "./spdy-headers.ts";

/** Frames and streams of SPDY/3.1, as kubectl speaks it inside of a socket. https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/ */
const types = { synStream: 1, synReply: 2, reset: 3, ping: 6, goAway: 7 } as const;
const fin = 1;
const version = 3;
const headSize = 8;
const refused = 3;
const largestFrame = 1024 * 1024;
const largestPiece = 32 * 1024;

/** Both directions of one stream. */
export interface SpdyStream {
  readonly headers: ReadonlyMap<string, string>;
  readonly input: ByteQueue;
  write(bytes: Uint8Array): Promise<void>;
  /** Nothing more is written. */
  close(): Promise<void>;
  /** Ends it in both directions at once. */
  reset(): Promise<void>;
}

export interface SpdyServer {
  send(bytes: Uint8Array): Promise<void>;
  /** A client opened a stream. */
  opened(stream: SpdyStream): void;
}

/** The server's side of a connection. */
export class SpdyConnection {
  readonly #server: SpdyServer;
  readonly #inputs = new Map<number, ByteQueue>();
  readonly #headers = new HeaderReader();
  readonly #replies = new EmptyHeaders();
  readonly #mostStreams: number;
  #rest = new Uint8Array();

  constructor(server: SpdyServer, mostStreams: number) {
    this.#server = server;
    this.#mostStreams = mostStreams;
  }

  /** Bytes as they come, cut anywhere. Throws where they are no frames. */
  async receive(bytes: Uint8Array): Promise<void> {
    this.#rest = joined([this.#rest, bytes]) as Uint8Array<ArrayBuffer>;
    for (;;) {
      if (this.#rest.length < headSize) return;
      const view = new DataView(this.#rest.buffer, this.#rest.byteOffset, this.#rest.byteLength);
      const size = view.getUint32(4) & 0xffffff;
      if (size > largestFrame) throw new RangeError("a frame is too large");
      if (this.#rest.length < headSize + size) return;
      const [first, flags] = [view.getUint32(0), view.getUint8(4)];
      const body = this.#rest.slice(headSize, headSize + size);
      this.#rest = this.#rest.slice(headSize + size);
      if (first >>> 31) await this.#control(first, flags, body);
      else this.#data(first, flags, body);
    }
  }

  /** The client has gone. */
  end(): void {
    for (const input of this.#inputs.values()) input.end();
    this.#inputs.clear();
  }

  async #control(first: number, flags: number, body: Uint8Array): Promise<void> {
    if (((first >>> 16) & 0x7fff) !== version) throw new RangeError("frames of another version");
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    switch (first & 0xffff) {
      case types.synStream:
        return await this.#open(view.getUint32(0) & 0x7fffffff, flags, body.subarray(10));
      case types.reset: {
        const id = view.getUint32(0) & 0x7fffffff;
        this.#inputs.get(id)?.end();
        this.#inputs.delete(id);
        return;
      }
      case types.ping:
        // Those with odd numbers are the client's own questions.
        if (view.getUint32(0) % 2 === 1) await this.#send(types.ping, 0, body);
        return;
      case types.goAway:
        return this.end();
      default:
        return;
    }
  }

  async #open(id: number, flags: number, block: Uint8Array): Promise<void> {
    // Read in any case: the blocks are one stream.
    const headers = this.#headers.read(block);
    if (this.#inputs.size >= this.#mostStreams) return await this.#reset(id);
    const input = new ByteQueue();
    this.#inputs.set(id, input);
    await this.#send(types.synReply, 0, joined([numbers(id), this.#replies.next()]));
    if (flags & fin) input.end();
    this.#server.opened({
      headers,
      input,
      write: (bytes) => this.#write(id, bytes, 0),
      close: async () => {
        await this.#write(id, new Uint8Array(), fin);
        this.#inputs.delete(id);
      },
      reset: async () => {
        this.#inputs.delete(id);
        await this.#reset(id);
      },
    });
  }

  #data(id: number, flags: number, body: Uint8Array): void {
    const input = this.#inputs.get(id);
    if (body.length > 0) input?.push(body);
    if (flags & fin) input?.end();
  }

  #reset(id: number): Promise<void> {
    return this.#send(types.reset, 0, numbers(id, refused));
  }

  async #write(id: number, bytes: Uint8Array, flags: number): Promise<void> {
    for (let from = 0; from === 0 || from < bytes.length; from += largestPiece) {
      const piece = bytes.subarray(from, from + largestPiece);
      await this.#server.send(joined([numbers(id, (flags << 24) | piece.length), piece]));
    }
  }

  #send(type: number, flags: number, body: Uint8Array): Promise<void> {
    return this.#server.send(joined([numbers((0x8000 | version) * 0x10000 + type, (flags << 24) | body.length), body]));
  }
}

function numbers(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setUint32(4 * i, value);
  return bytes;
}
