import { Unzlib } from "fflate";
import { joined } from "#base/streams.ts";

/**
 * What headers are compressed with on both sides: words with their lengths before them, and a text.
 * https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/#2610-name-value-header-block
 */
const words =
  "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status|200 OK|version HTTP/1.1 url public set-cookie keep-alive origin";
const rest =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** As long as anybody's headers are here. */
const longestBlock = 16 * 1024;

function dictionary(): Uint8Array {
  // One of the words has a space in it.
  const list = words.split("|").flatMap((part, i) => (i === 1 ? [part] : part.split(" ").filter(Boolean)));
  return joined([...list.flatMap((word) => [length(word.length), encoder.encode(word)]), encoder.encode(rest)]);
}

function length(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Reads the header blocks of one side, which are one compressed stream. */
export class HeaderReader {
  readonly #inflate = new Unzlib({ dictionary: dictionary() });
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor() {
    this.#inflate.ondata = (chunk) => {
      this.#size += chunk.length;
      if (this.#size > longestBlock) throw new RangeError("headers are too long");
      this.#chunks.push(chunk);
    };
  }

  /** Names in lower case. Throws where the block is none. */
  read(block: Uint8Array): ReadonlyMap<string, string> {
    this.#inflate.push(block);
    const bytes = joined(this.#chunks);
    this.#chunks = [];
    this.#size = 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const number = () => {
      at += 4;
      return view.getUint32(at - 4);
    };
    const text = () => {
      const size = number();
      at += size;
      if (at > bytes.length) throw new RangeError("a header ends too early");
      return decoder.decode(bytes.subarray(at - size, at));
    };
    const headers = new Map<string, string>();
    for (let left = number(); left > 0; left--) headers.set(text().toLowerCase(), text());
    return headers;
  }
}

/** Blocks without any headers: stored as they are, which needs no compression. */
export class EmptyHeaders {
  #isFirst = true;

  next(): Uint8Array {
    // A block of four zeros, stored and not the last, and an empty one: readers give out what they have when they come to that.
    const block = Uint8Array.of(0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff);
    if (!this.#isFirst) return block;
    this.#isFirst = false;
    return joined([Uint8Array.of(0x78, 0x01), block]);
  }
}
