// Resend's own client judges the stand-in for Resend: what it answers, and how it signs its events.
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Resend } from "resend";
import { afterAll, assert, beforeAll, expect, test } from "vitest";
import { KEY, SECRET, StandIn } from "./standIn.ts";

interface Delivered {
  headers: IncomingHttpHeaders;
  body: string;
}

const delivered: Delivered[] = [];
let receiver: Server;
let standIn: StandIn;
let resend: Resend;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      delivered.push({ headers: request.headers, body });
      response.end();
    });
  });
  receiver.listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const { port } = receiver.address() as AddressInfo;
  standIn = await StandIn.start(`http://127.0.0.1:${port}/`);
  resend = new Resend(KEY, { baseUrl: standIn.url });
});

afterAll(async () => {
  await standIn.stop();
  receiver.close();
});

/** What a call answers, if the client takes it for a success. */
async function good<T>(call: Promise<{ data: T | null; error: { message: string } | null }>): Promise<T> {
  const { data, error } = await call;
  expect(error).toBeNull();
  assert(data !== null);
  return data;
}

async function refusal(call: Promise<{ error: { name: string; statusCode: number | null } | null }>) {
  const { error } = await call;
  return [error?.statusCode, error?.name];
}

test("segments and contacts do what the client expects", async () => {
  const segment = await good(resend.segments.create({ name: "Pro users" }));
  expect(segment).toMatchObject({ object: "segment", name: "Pro users" });
  expect(await good(resend.segments.get(segment.id))).toMatchObject({ id: segment.id, name: "Pro users" });
  expect((await good(resend.segments.list({ limit: 10 }))).data).toMatchObject([{ id: segment.id }]);

  const email = "ann@example.org";
  expect(await refusal(resend.contacts.get(email))).toEqual([404, "not_found"]);
  const contact = await good(resend.contacts.create({ email, firstName: "Ann", segments: [{ id: segment.id }] }));
  expect(await good(resend.contacts.get(contact.id))).toMatchObject({
    id: contact.id,
    email,
    first_name: "Ann",
    unsubscribed: false,
  });
  expect(await good(resend.contacts.get(email))).toMatchObject({ id: contact.id });
  expect((await good(resend.contacts.list({ segmentId: segment.id }))).data).toMatchObject([{ email }]);
  expect((await good(resend.contacts.segments.list({ email }))).data).toMatchObject([{ id: segment.id }]);

  await good(resend.contacts.update({ email, lastName: "Lee", unsubscribed: true }));
  expect(await good(resend.contacts.get(email))).toMatchObject({ last_name: "Lee", unsubscribed: true });
  await good(resend.contacts.segments.remove({ email, segmentId: segment.id }));
  expect((await good(resend.contacts.segments.list({ contactId: contact.id }))).data).toEqual([]);
  await good(resend.contacts.segments.add({ email, segmentId: segment.id }));
  expect((await good(resend.contacts.list({ segmentId: segment.id, limit: 1 }))).data).toHaveLength(1);

  expect(await good(resend.contacts.remove(email))).toMatchObject({ object: "contact", deleted: true });
  expect((await good(resend.contacts.list())).data).toEqual([]);
  expect(await good(resend.segments.remove(segment.id))).toMatchObject({ object: "segment", deleted: true });
  expect(await refusal(resend.segments.get(segment.id))).toEqual([404, "not_found"]);
});

test("an import ends with counts, and its people are in the segment", async () => {
  const segment = await good(resend.segments.create({ name: "Imported" }));
  const file = new Blob(["email,first_name\nbob@example.org,Bob\ncleo@example.org,Cleo\n"], { type: "text/csv" });
  const { id } = await good(
    resend.contacts.imports.create({
      file,
      columnMap: { email: "email", firstName: "first_name" },
      onConflict: "skip",
      segments: [{ id: segment.id }],
    }),
  );
  await expect.poll(async () => (await good(resend.contacts.imports.get(id))).status).toBe("completed");
  expect(await good(resend.contacts.imports.get(id))).toMatchObject({ counts: { total: 2, created: 2, failed: 0 } });
  const emails = (await good(resend.contacts.list({ segmentId: segment.id }))).data.map(({ email }) => email);
  expect(emails.sort()).toEqual(["bob@example.org", "cleo@example.org"]);
});

test("suppressions, webhooks and usage are listed", async () => {
  await good(resend.contacts.create({ email: "dan@example.org" }));
  await standIn.does("bounce", "dan@example.org");
  expect((await good(resend.suppressions.list())).data).toMatchObject([{ email: "dan@example.org", origin: "bounce" }]);
  const [webhook] = (await good(resend.webhooks.list())).data;
  assert(webhook !== undefined);
  const { data: events } = await good(resend.webhooks.events.list({ webhookId: webhook.id }));
  expect(events.map(({ type }) => type)).toContain("suppression.added");
});

test("a key that is not known is refused", async () => {
  const stranger = new Resend("re_of_somebody_else", { baseUrl: standIn.url });
  expect((await refusal(stranger.segments.list()))[0]).toBe(403);
});

test("the client accepts the signature of every event, and of no event that was changed", async () => {
  await good(resend.contacts.create({ email: "eve@example.org" }));
  await standIn.does("unsubscribe", "eve@example.org");
  await expect.poll(() => delivered.some(({ body }) => body.includes("eve@example.org"))).toBe(true);
  const verify = ({ headers, body }: Delivered) =>
    resend.webhooks.verify({
      payload: body,
      headers: {
        id: String(headers["svix-id"]),
        timestamp: String(headers["svix-timestamp"]),
        signature: String(headers["svix-signature"]),
      },
      webhookSecret: SECRET,
    });
  for (const event of delivered) {
    expect(verify(event)).toEqual(JSON.parse(event.body));
    expect(() => verify({ ...event, body: event.body.replace("example.org", "example.com") })).toThrow();
  }
});
