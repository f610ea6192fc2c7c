// The OpenRPC document is valid, and so is each of its examples.
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { expect, test } from "vitest";
import { document, paramsOf, schemaErrors } from "./openrpc.ts";

// Both packages type what a document is and not the schemas that they export.
const require = createRequire(import.meta.url);
const { openrpcDocument } = require("@open-rpc/meta-schema");
const { jsonSchema } = require("@json-schema-tools/meta-schema");

// Strict mode refuses some keywords of the meta-schemas, which also name a dialect of their own.
const ajv = new Ajv({ strict: false, validateSchema: false });
formats.default(ajv);
// The one for OpenRPC refers to the one for JSON Schema with and without the slash at the end.
for (const $id of ["https://meta.json-schema.tools", "https://meta.json-schema.tools/"]) {
  ajv.addSchema({ ...jsonSchema, $id });
}
const isOpenRpc = ajv.compile({ ...openrpcDocument, $schema: undefined });

function metaSchemaErrors(document: unknown) {
  return isOpenRpc(document) ? [] : isOpenRpc.errors;
}

test("the document is valid OpenRPC", () => {
  expect(metaSchemaErrors(document)).toEqual([]);
});

test.each([
  ["no methods", { ...document, methods: undefined }],
  ["a method without params", { ...document, methods: [{ name: "ping" }] }],
  ["a param without a schema", { ...document, methods: [{ ...document.methods[0], params: [{ name: "id" }] }] }],
  [
    "a schema of an unknown type",
    { ...document, methods: [{ ...document.methods[0], result: { name: "it", schema: { type: "text" } } }] },
  ],
  ["an unknown key", { ...document, routes: [] }],
])("a document with %s is not valid", (_, broken) => {
  expect(metaSchemaErrors(JSON.parse(JSON.stringify(broken)))).not.toEqual([]);
});

test("every reference leads somewhere", () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(.+?)"/g);
  const known = Object.keys(document.components.schemas);
  for (const [, name] of references) expect(known).toContain(name);
});

test.each(document.methods)("the examples of $name fit its schemas", ({ params, result, examples = [] }) => {
  expect(examples, "a method without an example").not.toHaveLength(0);
  const properties = Object.fromEntries(params.map(({ name, schema }) => [name, schema]));
  const required = params.filter(({ required }) => required).map(({ name }) => name);
  const paramsSchema = { type: "object", properties, required, additionalProperties: false };
  for (const example of examples) {
    expect(schemaErrors(paramsSchema, paramsOf(example))).toEqual([]);
    expect(schemaErrors(result.schema, example.result.value)).toEqual([]);
  }
});
