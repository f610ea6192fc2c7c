/**
 * The client of the API: typed by the generated method map, over `fetch`, without dependencies.
 *
 * What the API refuses is thrown as an {@link RpcError}; any other response, such as a proxy's page, as a
 * {@link TransportError}. What `fetch` throws, such as an abort, passes through.
 */
import { ERROR_CODES, type ErrorData, type Methods } from "./methods.generated.ts";

export type * from "./types.generated.ts";
export { ERROR_CODES, type ErrorData, type Methods };

/** The name of a method. */
export type MethodName = keyof Methods;
/** What a method takes. */
export type Params<M extends MethodName> = Methods[M]["params"];
/** What a method answers. */
export type Result<M extends MethodName> = Methods[M]["result"];

/** The name of a kind of error. `Protocol` is what JSON-RPC itself refuses, such as a method that does not exist. */
export type ErrorKind = keyof ErrorData | "Protocol";
type DataOf<K extends ErrorKind> = K extends keyof ErrorData ? ErrorData[K] : unknown;

/** The API understood the request and refused it. */
export class RpcError<K extends ErrorKind = ErrorKind> extends Error {
  override readonly name = "RpcError";
  readonly kind: K;
  /** The code on the wire. */
  readonly code: number;
  /** What the kind of error tells: the faults of the params, the seconds to wait, … */
  readonly data: DataOf<K>;
  /** By which the server's logs know the request; for people who ask its operators what went wrong. */
  readonly requestId: string | undefined;

  constructor(kind: K, code: number, message: string, data: DataOf<K>, requestId?: string) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.data = data;
    this.requestId = requestId;
  }

  /** Whether it is of a kind; if so, `data` is typed by it. */
  is<Of extends ErrorKind>(kind: Of): this is RpcError<Of> {
    return (this.kind as ErrorKind) === kind;
  }
}

/** The response is not from the API, or is not JSON-RPC. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /** The status of the HTTP response. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** How to reach the API. */
export interface ClientOptions {
  /** Of the endpoint, such as `https://example.com/rpc`; in a browser `/rpc` is enough. */
  url: string;
  /** The bearer token, or what gives it when a call is made. */
  token?: string | (() => string | Promise<string>);
  /** In place of the global `fetch`. */
  fetch?: typeof fetch;
}

/** What may be said of one call. */
export interface CallOptions {
  /** Aborts the waiting. A change that is under way is finished nevertheless. */
  signal?: AbortSignal;
}

/** One call of a batch. */
export type BatchCall<M extends MethodName = MethodName> = M extends MethodName
  ? Record<string, never> extends Params<M>
    ? { method: M; params?: Params<M> }
    : { method: M; params: Params<M> }
  : never;

/** What became of a call of a batch. */
export type Outcome<T> = { ok: true; result: T } | { ok: false; error: RpcError };

type Outcomes<Calls extends readonly BatchCall[]> = {
  -readonly [I in keyof Calls]: Outcome<Result<Calls[I]["method"]>>;
};

/** Params may be left out where none is required. */
export type Arguments<M extends MethodName, Options = CallOptions> =
  Record<string, never> extends Params<M>
    ? [params?: Params<M>, options?: Options]
    : [params: Params<M>, options?: Options];

/** The API. */
export interface Client {
  /** Calls a method. */
  call<M extends MethodName>(method: M, ...rest: Arguments<M>): Promise<Result<M>>;
  /** Calls several methods, up to 50, in one request; each succeeds or fails on its own. */
  batch<const Calls extends readonly BatchCall[]>(calls: Calls, options?: CallOptions): Promise<Outcomes<Calls>>;
}

/** A client of the API. */
export function createClient(options: ClientOptions): Client {
  let lastId = 0;
  const request = (method: string, params: object = {}) => ({ jsonrpc: "2.0", id: ++lastId, method, params });
  return {
    async call<M extends MethodName>(method: M, ...[params, { signal } = {}]: Arguments<M>) {
      const reply = await post(options, request(method, params), signal);
      const outcome = outcomeOf(reply.body, reply);
      if (!outcome.ok) throw outcome.error;
      return outcome.result as Result<M>;
    },

    async batch<const Calls extends readonly BatchCall[]>(calls: Calls, { signal }: CallOptions = {}) {
      // An empty batch is no valid request.
      if (calls.length === 0) return [] as unknown as Outcomes<Calls>;
      const requests = calls.map(({ method, params }) => request(method, params));
      const reply = await post(options, requests, signal);
      const { body } = reply;
      if (!Array.isArray(body)) throw refusalOf(outcomeOf(body, reply), reply);
      // The answers come in any order.
      const byId = new Map(body.map((answer) => [isObject(answer) ? answer.id : undefined, answer]));
      return requests.map(({ id }) => outcomeOf(byId.get(id), reply)) as Outcomes<Calls>;
    },
  };
}

/** What came back for a request. */
interface Reply {
  status: number;
  requestId: string | undefined;
  body: unknown;
}

/** What may stand in an answer of JSON-RPC. */
interface Answer {
  id?: unknown;
  result?: unknown;
  error?: unknown;
}

/** What may stand in its error. */
interface ErrorObject {
  code?: unknown;
  message?: unknown;
  data?: unknown;
}

async function post(options: ClientOptions, body: object, signal?: AbortSignal): Promise<Reply> {
  const token = typeof options.token === "function" ? await options.token() : options.token;
  const headers = new Headers({ "content-type": "application/json" });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const send = options.fetch ?? fetch;
  const response = await send(options.url, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
  const { status } = response;
  const requestId = response.headers.get("x-request-id") ?? undefined;
  return { status, requestId, body: parsed(await response.text(), status) };
}

function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TransportError(status, `The server answered ${status} without JSON`);
  }
}

function outcomeOf(answer: unknown, { status, requestId }: Reply): Outcome<unknown> {
  if (isObject(answer) && "result" in answer) return { ok: true, result: answer.result };
  if (isObject(answer) && isObject(answer.error)) return { ok: false, error: errorOf(answer.error, requestId) };
  throw new TransportError(status, `The server answered ${status} without a JSON-RPC answer`);
}

/** A batch that is refused as a whole gets one error in place of the list. */
function refusalOf(outcome: Outcome<unknown>, { status }: Reply): Error {
  return outcome.ok ? new TransportError(status, "The server answered one call in place of a batch") : outcome.error;
}

function errorOf({ code, message, data }: ErrorObject, requestId: string | undefined): RpcError {
  const kinds = Object.keys(ERROR_CODES) as (keyof typeof ERROR_CODES)[];
  const kind = kinds.find((kind) => ERROR_CODES[kind] === code) ?? "Protocol";
  return new RpcError<ErrorKind>(kind, Number(code), String(message), data, requestId);
}

function isObject(value: unknown): value is Answer & ErrorObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
