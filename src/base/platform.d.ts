// What the pure layers may use of the platform: the same in Workers, Node and browsers. One line each.
declare class TextEncoder { encode(text?: string): Uint8Array<ArrayBuffer>; }
declare class TextDecoder { constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean }); decode(bytes?: Uint8Array, options?: { stream?: boolean }): string; }
declare class URL { constructor(url: string, base?: string); href: string; protocol: string; host: string; hostname: string; port: string; pathname: string; search: string; hash: string; username: string; password: string; readonly origin: string; readonly searchParams: URLSearchParams; static canParse(url: string, base?: string): boolean; }
declare class URLSearchParams { constructor(init?: string | Record<string, string>); get(name: string): string | null; getAll(name: string): string[]; has(name: string): boolean; set(name: string, value: string): void; append(name: string, value: string): void; delete(name: string): void; toString(): string; [Symbol.iterator](): IterableIterator<[string, string]>; }
declare class AbortSignal { readonly aborted: boolean; readonly reason: unknown; addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void; removeEventListener(type: "abort", listener: () => void): void; throwIfAborted(): void; }
declare class AbortController { readonly signal: AbortSignal; abort(reason?: unknown): void; }
declare function structuredClone<T>(value: T): T;
declare function atob(text: string): string;
declare function btoa(text: string): string;
declare function queueMicrotask(run: () => void): void;
