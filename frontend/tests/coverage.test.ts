// Calls every method of a real server as the examples of the document say, and checks each result against its schema. The
// server has the data of the demonstration.
import { afterAll, beforeAll, expect, test } from "vitest";
import { document, type Method, paramsOf, schemaErrors } from "./openrpc.ts";
import { Server } from "./server.ts";
import { usersCsv } from "./users.ts";

/** The user of the examples. Inactive for long, since one example takes the user out of the churned. */
const USERS = usersCsv(["11391,ann@example.org,Ann,,PRO,USER,7,5200,12,2014-10-14T17:03:20Z,2014-02-01T00:00:00Z"]);
/** The custom segment of the examples. */
const EXAMPLE_SEGMENT = "3f1c2c52-6a2e-4a33-9d3e-0b6f1f7f7a10";
/** The webhook of the examples. */
const EXAMPLE_WEBHOOK = "wh_5f2b8a0c9d1e4f6a7b3c2d1e";
/** The API token of the examples. */
const EXAMPLE_TOKEN = "7c1f6a0e-33a5-4b0b-9c0e-2f4f6f1f0a55";
/** The goal of the examples. */
const EXAMPLE_GOAL = "5e0c5a0e-6b1d-4c0e-9a6c-3b8f1f1f0a77";
/** The alert of the examples. */
const EXAMPLE_ALERT = "al_5f2b8a0c9d1e4f6a7b3c2d1e";

interface Answer {
  result?: unknown;
  error?: unknown;
}
type Send = (method: string, params: object) => Promise<Answer>;

const names = document.methods.map(({ name }) => name).sort();

let server: Server;

beforeAll(async () => {
  server = await Server.start("demo", USERS);
});
afterAll(() => server?.stop());

test("every method answers its examples with what its schema says", async () => {
  // Erasing a user takes a superadmin.
  const { called, failures } = await callExamples(withCreated(overHttp(server.tokenOf("SUPERADMIN"))));
  expect(failures).toEqual({});
  expect([...called].sort()).toEqual(names);
});

test("an error, a result that does not fit, and one that is missing are failures", async () => {
  const wrong: Record<string, Answer> = {
    "adminAudience.getRun": { error: { code: -32044, message: "Not found" } },
    "adminAudience.getSegment": {},
    "adminAudience.listRuns": { result: { runs: [{ runId: "twelve" }] } },
  };
  const asInExamples: Send = async (name) => {
    const method = document.methods.find((method) => method.name === name);
    return wrong[name] ?? { result: method?.examples?.[0]?.result.value };
  };
  const { called, failures } = await callExamples(asInExamples);
  expect(Object.keys(failures).sort()).toEqual(Object.keys(wrong));
  expect([...called].sort()).toEqual(names);
});

/** Calls the methods in the order of the document, since some examples need what earlier ones made. */
async function callExamples(send: Send) {
  const called = new Set<string>();
  const failures: Record<string, unknown[]> = {};
  for (const method of document.methods) {
    for (const example of method.examples ?? []) {
      const found = failuresOf(method, await send(method.name, paramsOf(example)));
      called.add(method.name);
      if (found.length > 0) failures[method.name] = [...(failures[method.name] ?? []), ...found];
    }
  }
  return { called, failures };
}

function failuresOf({ result: { schema } }: Method, { result, error }: Answer): unknown[] {
  if (error !== undefined) return [error];
  return result === undefined ? ["no result"] : schemaErrors(schema, result);
}

function overHttp(token: string): Send {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  return async (method, params) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    return (await fetch(server.url, { method: "POST", headers, body })).json();
  };
}

/** What the examples create gets ids of its own, which later examples must name. */
function withCreated(send: Send): Send {
  let segment = EXAMPLE_SEGMENT;
  let webhook = EXAMPLE_WEBHOOK;
  let token = EXAMPLE_TOKEN;
  let goal = EXAMPLE_GOAL;
  let alert = EXAMPLE_ALERT;
  return async (method, params) => {
    const named = JSON.stringify(params)
      .replaceAll(EXAMPLE_SEGMENT, segment)
      .replaceAll(EXAMPLE_WEBHOOK, webhook)
      .replaceAll(EXAMPLE_TOKEN, token)
      .replaceAll(EXAMPLE_GOAL, goal)
      .replaceAll(EXAMPLE_ALERT, alert);
    if (method === "adminAudience.resendWebhookDelivery") await untilQueued(send, webhook);
    const answer = await send(method, JSON.parse(named));
    if (method === "adminAudience.createCustomSegment") {
      segment =
        (answer.result as { segment?: { segmentValue?: string } } | undefined)?.segment?.segmentValue ?? segment;
    }
    if (method === "adminAudience.saveWebhook") {
      webhook = (answer.result as { webhook?: { webhookId?: string } } | undefined)?.webhook?.webhookId ?? webhook;
    }
    if (method === "adminAudience.createToken") {
      token = (answer.result as { id?: string } | undefined)?.id ?? token;
    }
    if (method === "adminAudience.saveGoal") {
      goal = (answer.result as { goal?: { id?: string } } | undefined)?.goal?.id ?? goal;
    }
    if (method === "adminAudience.saveAlert") {
      alert = (answer.result as { alert?: { alertId?: string } } | undefined)?.alert?.alertId ?? alert;
    }
    return answer;
  };
}

/** The server queues messages a moment after what they tell. */
async function untilQueued(send: Send, webhookId: string) {
  for (let tries = 0; tries < 100; tries += 1) {
    const { result } = await send("adminAudience.getWebhookDeliveries", { webhookId });
    if ((result as { deliveries?: unknown[] } | undefined)?.deliveries?.length) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
