// Amends Resend's description of its API: `node amend.mjs FROM TO`. Answers that Resend was recorded to give must pass, and routes
// that its own client calls must be there.
import { readFileSync, writeFileSync } from "node:fs";
import yaml from "js-yaml";

const [from, to] = process.argv.slice(2);
const api = yaml.load(readFileSync(from, "utf8"));

const text = { type: "string" };
const number = { type: "integer" };
/** Of which every property is always there. */
const object = (properties) => ({ type: "object", properties, required: Object.keys(properties) });
const listOf = (item) =>
  object({ object: { const: "list" }, has_more: { type: "boolean" }, data: { type: "array", items: item } });

const { schemas } = api.components;

// Contacts without a name have null in the recordings, and the description knows texts alone.
const contact = schemas.ListContactsResponseSuccess.properties.data.items;
for (const { properties } of [contact, schemas.GetContactResponseSuccess]) {
  properties.first_name.type = ["string", "null"];
  properties.last_name.type = ["string", "null"];
}
// Of its own sources, no two agree about these. This is what all of them have, or what was recorded.
schemas.RemoveContactResponseSuccess.required = ["object", "contact", "deleted"];
schemas.AddContactToSegmentResponseSuccess.required = ["id"];
schemas.RemoveContactFromSegmentResponseSuccess.required = ["deleted"];
// Lists say nothing of what their items must have.
for (const list of ["ListContactsResponseSuccess", "ListSegmentsResponseSuccess", "ListWebhooksResponse"]) {
  const { items } = schemas[list].properties.data;
  items.required = Object.keys(items.properties).filter((name) => !items.properties[name].deprecated);
}

// From the types of the npm package `resend`, 6.38.0.
const event = { id: text, type: text, created_at: text, status: text };
const used = object({ used: number, limit: { type: ["integer", "null"] } });
const answers = {
  "/webhooks/{webhook_id}/events": listOf(object(event)),
  "/webhooks/{webhook_id}/events/{event_id}": object({
    object: { const: "webhook_event" },
    ...event,
    next_attempt_at: { type: ["string", "null"] },
    payload: { type: "object" },
  }),
  "/usage": object({ object: { const: "usage" }, contacts: used, segments: used, rate_limit: object({ limit: number, duration: text }) }),
};
for (const [path, schema] of Object.entries(answers)) {
  const names = [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name);
  const ids = names.map((name) => ({ name, in: "path", required: true, schema: text }));
  const queries = ["limit", "after"].map((name) => ({ name, in: "query", schema: text }));
  const responses = { 200: { description: "OK", content: { "application/json": { schema } } } };
  api.paths[path] = { get: { parameters: [...ids, ...queries], responses } };
}

writeFileSync(to, yaml.dump(api, { noRefs: true }));
