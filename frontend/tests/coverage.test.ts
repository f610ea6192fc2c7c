// The OpenRPC project's own tool calls every method of a real server as the examples of the document say, and checks
// each result against its schema. The server has the data of the demonstration.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import coverage, { type Call, type IOptions } from "@open-rpc/test-coverage/build/coverage.js";
import reporter from "@open-rpc/test-coverage/build/reporters/console.js";
import { Server } from "./server.ts";

/** Who the examples tell of: inactive for long, since one of them takes the user out of the churned. */
const USERS = `id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt
11391,ann@example.org,Ann,,PRO,USER,7,5200,12,2014-10-14T17:03:20Z,2014-02-01T00:00:00Z
`;

interface Named {
  name: string;
  value?: unknown;
}
interface Method {
  name: string;
  params: Named[];
  result: { schema: object };
  examples: { params: Named[]; result: { value: unknown } }[];
}
type Send = IOptions["transport"];

const document: { methods: Method[]; components: { schemas: object } } = JSON.parse(
  readFileSync("../docs/openrpc.json", "utf8"),
);
const names = document.methods.map(({ name }) => name).sort();

let server: Server;

before(async () => {
  server = await Server.start("demo", USERS);
});
after(() => server?.stop());

test("every method answers its examples with what its schema says", async (t) => {
  // Erasing a user takes one who may do all.
  const transport = asMadeHere(httpOf(server.url, server.tokenOf("SUPERADMIN")));
  // What reports to the console ends the process, and with it the test.
  const exit = t.mock.method(process, "exit", (() => undefined) as never);
  const calls = await cover(transport, [new reporter.default()]);
  assert.deepEqual(failed(calls), []);
  assert.deepEqual([...new Set(calls.map(({ methodName }) => methodName))].sort(), names);
  assert.deepEqual(exit.mock.calls[0]?.arguments, [0]);
});

test("the tool notices an error, a result that does not fit, and one that is missing", async () => {
  const wrong: Record<string, object> = {
    "adminAudience.getRun": { error: { code: -32044, message: "Not found" } },
    "adminAudience.getSegment": {},
    "adminAudience.listRuns": { result: { runs: [{ runId: "twelve" }] } },
  };
  const calls = await cover(async (_url, name) => {
    const method = document.methods.find((method) => method.name === name);
    return wrong[name] ?? { result: method?.examples[0]?.result.value };
  }, []);
  assert.deepEqual(
    failed(calls)
      .map(({ methodName }) => methodName)
      .sort(),
    Object.keys(wrong),
  );
});

/** Lets the tool call all methods. */
function cover(transport: Send, reporters: IOptions["reporters"]): Promise<Call[]> {
  // The types that it wants are of a package of its own.
  const openrpcDocument = forTheTool() as IOptions["openrpcDocument"];
  return coverage.default({ openrpcDocument, transport, reporters, skip: [], only: [] });
}

function failed(calls: Call[]) {
  return calls
    .filter(({ valid }) => valid !== true)
    .map(({ methodName, reason, requestError }) => ({ methodName, reason, requestError }));
}

/** A copy of the document in the form that the tool understands. */
function forTheTool(): object {
  const methods = document.methods.map((method) => ({
    ...method,
    // It takes params by their position, even where they have names.
    examples: method.examples.map((example) => ({
      ...example,
      params: method.params.map(({ name }) => ({ value: example.params.find((param) => param.name === name)?.value })),
    })),
    result: { ...method.result, schema: standalone(method.result.schema) },
  }));
  // The tool knows no later version.
  return { ...document, openrpc: "1.2.6", methods };
}

/** The examples of custom segments name one id; the one that is made here has another. */
function asMadeHere(send: Send): Send {
  const inExamples = "3f1c2c52-6a2e-4a33-9d3e-0b6f1f7f7a10";
  let made = inExamples;
  return async (url, method, params) => {
    const answer = await send(url, method, JSON.parse(JSON.stringify(params).replaceAll(inExamples, made)));
    if (method === "adminAudience.createCustomSegment") made = answer.result.segment.segmentValue;
    return answer;
  };
}

/** The schema with all that it refers to, and without formats, which the tool does not know. */
function standalone(schema: object): object {
  const text = JSON.stringify({ ...schema, definitions: document.components.schemas });
  return JSON.parse(text.replaceAll('"#/components/schemas/', '"#/definitions/'), (key, value) =>
    key === "format" && typeof value === "string" ? undefined : value,
  );
}

function httpOf(url: string, token: string): Send {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  return async (_url, method, params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    return (await fetch(url, { method: "POST", headers, body })).json();
  };
}
