// An independent JSON-RPC client: the nine procedures, one by one and as a batch.
import { createJSONRPCRequest, JSONRPCClient, JSONRPCErrorException } from "json-rpc-2.0";
import { afterAll, assert, beforeAll, expect, test } from "vitest";
import { onBothDatabases } from "./onBothDatabases.ts";
import { Server } from "./server.ts";
import { THREE_USERS } from "./users.ts";

const PRO = { segmentType: "plan", segmentValue: "pro" };
const STREAK = { combineWith: "AND", criteria: [{ field: "currentStreak", operator: ">=", value: 7 }] };
const HEADER = "User ID,Email,First Name,Last Name,Plan,Last Active,Created At,Added to Segment";

/** Method, params, and what the result must contain. The calls are independent of each other. */
const nine = (name: string): [method: string, params: object, expected: object][] => [
  ["getSegments", { searchQuery: "pro users" }, { total: 1, systemCount: 1, customCount: 0 }],
  ["getSegmentUsers", { ...PRO, limit: 1, page: 2 }, { total: 2, page: 2, limit: 1, totalPages: 2 }],
  ["previewSegment", { ...STREAK, sampleSize: 0 }, { matchCount: 1, totalUsers: 3, sampleUsers: [] }],
  ["createCustomSegment", { ...STREAK, name }, { success: true, segment: { name, type: "custom", userCount: 1 } }],
  [
    "getSegmentStats",
    { ...PRO, days: 7 },
    { currentCount: 2, addedCount: 2, removedCount: 0, growthRate: 100, period: "7d" },
  ],
  ["autoSegmentUser", { userId: "u1" }, { segmentsRemoved: [] }],
  [
    "removeUserFromSegment",
    { userId: "u3", segmentType: "plan", segmentValue: "free", reason: "asked for it" },
    { success: true },
  ],
  ["exportSegmentUsers", PRO, { rowCount: 2, totalCount: 2, truncated: false }],
  ["runAutoSegmentation", { mode: "full" }, { state: "running" }],
];

onBothDatabases((database) => {
  let server: Server;
  let client: JSONRPCClient;

  beforeAll(async () => {
    server = await Server.start(database, THREE_USERS);
    client = connect(server.url, server.tokenOf("ADMIN"));
  });
  afterAll(() => server?.stop());

  for (const [method, params, expected] of nine("One by one")) {
    test(`${method} is answered`, async () => {
      expect(await client.request(`adminAudience.${method}`, params)).toMatchObject(expected);
    });
  }

  test("all nine are answered in a batch", async () => {
    const calls = nine("In a batch");
    const requests = calls.map(([method, params], id) => createJSONRPCRequest(id, `adminAudience.${method}`, params));
    const answers = await client.requestAdvanced(requests);
    expect(answers.length).toBe(9);
    for (const [id, [method, , expected]] of calls.entries()) {
      const answer = answers.find((answer) => answer.id === id);
      expect(answer?.error, method).toBe(undefined);
      expect(answer?.result, method).toMatchObject(expected);
    }
  });

  test("lists and texts are whole", async () => {
    const { users } = await client.request("adminAudience.getSegmentUsers", PRO);
    expect(users.map(({ id }: { id: string }) => id).sort()).toEqual(["u1", "u2"]);
    const { csv, filename } = await client.request("adminAudience.exportSegmentUsers", PRO);
    expect(csv.replace(/^\uFEFF/, "").split("\r\n")[0]).toBe(HEADER);
    expect(filename).toMatch(/\.csv$/);
  });

  test("an error has its code and its data", async () => {
    const request = client.request("adminAudience.getSegmentStats", { ...PRO, days: 1000 });
    const error: unknown = await Promise.resolve(request).catch((error: unknown) => error);
    assert(error instanceof JSONRPCErrorException, String(error));
    expect(error.code).toBe(-32602);
    expect(error.data.faults.map(({ path }: { path: string }) => path)).toEqual(["days"]);
  });
});

function connect(url: string, token: string): JSONRPCClient {
  const client = new JSONRPCClient(async (payload) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(payload) });
    client.receive(await response.json());
  });
  return client;
}
