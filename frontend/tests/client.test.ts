// The generated client against a real server, over a socket: the nine procedures, and what goes wrong.
import { afterAll, assert, beforeAll, expect, test } from "vitest";
import {
  type Client,
  createClient,
  type ErrorKind,
  RpcError,
  type Segment,
  TransportError,
} from "../src/api/client.ts";
import { onBothDatabases } from "./onBothDatabases.ts";
import { Server } from "./server.ts";
import { THREE_USERS } from "./users.ts";

const PRO = { segmentType: "plan", segmentValue: "pro" } as const;

onBothDatabases((database) => {
  let server: Server;
  let client: Client;

  beforeAll(async () => {
    server = await Server.start(database, THREE_USERS);
    client = createClient({ url: server.url, token: server.tokenOf("ADMIN") });
  });
  afterAll(() => server?.stop());

  test("getSegments lists all that are built in", async () => {
    const { segments, systemCount, customCount } = await client.call("adminAudience.getSegments");
    const pro: Segment | undefined = segments.find(({ id }) => id === "plan:pro");
    expect(pro?.userCount).toBe(2);
    expect([systemCount, customCount]).toEqual([13, 0]);
  });

  test("getSegmentUsers lists the members by pages", async () => {
    const page = await client.call("adminAudience.getSegmentUsers", { ...PRO, limit: 1, page: 2 });
    expect([page.total, page.totalPages, page.users.length]).toEqual([2, 2, 1]);
    const found = await client.call("adminAudience.getSegmentUsers", { ...PRO, searchQuery: "ARCHER" });
    expect(found.users.map(({ id }) => id)).toEqual(["u1"]);
  });

  test("a segment of the list can be opened", async () => {
    const { segments } = await client.call("adminAudience.getSegments", { searchQuery: "pro users" });
    for (const { segmentType, segmentValue } of segments) {
      const { total } = await client.call("adminAudience.getSegmentUsers", { segmentType, segmentValue });
      expect(total).toBe(2);
    }
    expect(segments.length).toBe(1);
  });

  test("previewSegment counts and samples", async () => {
    const preview = await client.call("adminAudience.previewSegment", {
      combineWith: "AND",
      criteria: [
        { field: "plan", operator: "equals", value: "PRO" },
        { combineWith: "OR", criteria: [{ field: "level", operator: ">", value: 5 }] },
      ],
    });
    expect([preview.matchCount, preview.totalUsers]).toEqual([1, 3]);
    expect(preview.sampleUsers.map(({ id }) => id)).toEqual(["u1"]);
  });

  test("createCustomSegment makes a segment with its members", async () => {
    const { success, segment } = await client.call("adminAudience.createCustomSegment", {
      name: "Free riders",
      combineWith: "AND",
      criteria: [{ field: "plan", operator: "equals", value: "FREE" }],
    });
    expect([success, segment.type, segment.userCount]).toEqual([true, "custom", 1]);
  });

  test("getSegmentStats says how a segment grew", async () => {
    const stats = await client.call("adminAudience.getSegmentStats", { ...PRO, days: 7 });
    expect(stats).toEqual({ currentCount: 2, addedCount: 2, removedCount: 0, growthRate: 100, period: "7d" });
  });

  test("exportSegmentUsers answers CSV", async () => {
    const { csv, rowCount, totalCount, truncated } = await client.call("adminAudience.exportSegmentUsers", PRO);
    expect(csv).toMatch(/^\uFEFF?User ID,Email,/);
    expect([rowCount, totalCount, truncated]).toEqual([2, 2, false]);
  });

  test("removeUserFromSegment holds against autoSegmentUser", async () => {
    const user = { userId: "u2" };
    const params = { ...PRO, ...user, reason: "asked for it" };
    const removed = await client.call("adminAudience.removeUserFromSegment", params);
    expect(removed.success).toBe(true);
    const { currentSegments } = await client.call("adminAudience.autoSegmentUser", user);
    expect(currentSegments, String(currentSegments)).not.toContain("plan:pro");
  });

  test("runAutoSegmentation starts a run", async () => {
    const { runId, state } = await client.call("adminAudience.runAutoSegmentation", { mode: "full" });
    expect(state).toBe("running");
    expect((await client.call("adminAudience.getRun", { runId })).runId).toBe(runId);
  });

  test("a batch answers each call with its own type", async () => {
    const [segments, missing] = await client.batch([
      { method: "adminAudience.getSegments" },
      { method: "adminAudience.getSegmentStats", params: { segmentType: "plan", segmentValue: "gold" } },
    ]);
    assert(segments.ok && segments.result.total >= 13);
    assert(!missing.ok && missing.error.is("NotFound"));
    expect(missing.error.data.what).toBe("segment plan:gold");
    expect(await client.batch([])).toEqual([]);
  });

  test("wrong params are named with their paths", async () => {
    const error = await refusal(client.call("adminAudience.getSegmentStats", { ...PRO, days: 1000 }), "InvalidParams");
    expect(error.code).toBe(-32602);
    expect(error.data.faults.map(({ path }) => path)).toEqual(["days"]);
    expect(error.requestId ?? "none").toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a name that is taken is a conflict", async () => {
    const create = () =>
      client.call("adminAudience.createCustomSegment", {
        name: "Twice",
        combineWith: "AND",
        criteria: [{ field: "level", operator: ">", value: 1 }],
      });
    await create();
    expect((await refusal(create(), "Conflict")).data.name).toBe("Twice");
  });

  test("calls without a token or with the wrong role are refused", async () => {
    const stranger = createClient({ url: server.url, token: () => Promise.resolve("forged") });
    await refusal(stranger.call("adminAudience.listRuns"), "NotAuthenticated");
    await refusal(createClient({ url: server.url }).call("adminAudience.listRuns"), "NotAuthenticated");
    await refusal(client.call("adminAudience.eraseUser", { userId: "u3" }), "NotAllowed");
  });

  test("a rate limit says when to try again", async () => {
    const strict = await Server.start(database, THREE_USERS, ["--calls-per-minute", "1"]);
    try {
      const hasty = createClient({ url: strict.url, token: strict.tokenOf("ADMIN") });
      await hasty.call("adminAudience.listRuns");
      const error = await refusal(hasty.call("adminAudience.listRuns"), "TooManyRequests");
      expect(error.data.retryAfter).toBeGreaterThan(0);
      expect(error.data.retryAfter).toBeLessThanOrEqual(60);
    } finally {
      await strict.stop();
    }
  });

  test("a method that does not exist is a fault of the protocol", async () => {
    // @ts-expect-error: the types know all methods.
    const error = await refusal(client.call("adminAudience.guess"), "Protocol");
    expect(error.code).toBe(-32601);
  });

  test("the types refuse wrong params", () => {
    const never = () => {
      // @ts-expect-error: they are required.
      client.call("adminAudience.getSegmentStats");
      // @ts-expect-error: there is no such group.
      client.call("adminAudience.getSegmentStats", { segmentType: "colour", segmentValue: "red" });
      // @ts-expect-error: it has no such key.
      client.call("adminAudience.getSegments", { page: 1 });
      // @ts-expect-error: it is required in a batch, too.
      client.batch([{ method: "adminAudience.getRun" }]);
    };
    expect(typeof never).toBe("function");
  });

  test("an abort ends the waiting", async () => {
    const signal = AbortSignal.abort();
    const aborted = { name: "AbortError" };
    await expect(client.call("adminAudience.listRuns", {}, { signal })).rejects.toMatchObject(aborted);
    await expect(client.batch([{ method: "adminAudience.listRuns" }], { signal })).rejects.toMatchObject(aborted);
  });

  test("a response that is not JSON-RPC is a TransportError", async () => {
    const lost = createClient({ url: new URL("/healthz", server.url).href, token: server.tokenOf("ADMIN") });
    const error = await lost.call("adminAudience.listRuns").catch((error: unknown) => error);
    assert(error instanceof TransportError && error.status === 405, String(error));
  });
});

/** The error that a call ends with, which must be of a kind. */
async function refusal<K extends ErrorKind>(call: Promise<unknown>, kind: K): Promise<RpcError<K>> {
  const error = await call.then(
    () => assert.fail("it was not refused") as never,
    (error: unknown) => error,
  );
  assert(error instanceof RpcError, String(error));
  assert(error.is(kind), `${error.kind}: ${error.message}`);
  return error;
}
