// The OpenRPC document is valid, and so is each of its examples.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { validateOpenRPCDocument } from "@open-rpc/schema-utils-js";
import { Ajv } from "ajv";
import formats from "ajv-formats";

interface Descriptor {
  name: string;
  required?: boolean;
  schema: object;
}
interface Example {
  params: { name: string; value: unknown }[];
  result: { value: unknown };
}
interface Method {
  name: string;
  params: Descriptor[];
  result: Descriptor;
  examples?: Example[];
}

// The tests run from the folder of the package.
const document = JSON.parse(readFileSync("../docs/openrpc.json", "utf8"));
const methods: Method[] = document.methods;

// Draft 7 is what ajv checks unless told otherwise.
const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);
ajv.addSchema({ $id: "openrpc", components: document.components });

test("the document is valid OpenRPC", () => {
  const outcome = validateOpenRPCDocument(document);
  assert.equal(outcome === true ? "valid" : outcome.message, "valid");
});

test("every reference leads somewhere", () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(.+?)"/g);
  for (const [, name] of references) assert.ok((name ?? "") in document.components.schemas, name);
});

for (const { name, params, result, examples = [] } of methods) {
  test(`the examples of ${name} fit its schemas`, () => {
    assert.notEqual(examples.length, 0, "a method without an example");
    const properties = Object.fromEntries(params.map((param) => [param.name, param.schema]));
    const required = params.filter((param) => param.required).map((param) => param.name);
    for (const example of examples) {
      const given = Object.fromEntries(example.params.map(({ name, value }) => [name, value]));
      check({ type: "object", properties, required, additionalProperties: false }, given);
      check(result.schema, example.result.value);
    }
  });
}

function check(schema: object, value: unknown) {
  // References are within the document, which ajv knows by its name.
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openrpc#/');
  const isValid = ajv.compile(JSON.parse(text));
  assert.ok(isValid(value), JSON.stringify({ value, errors: isValid.errors }, null, 2));
}
