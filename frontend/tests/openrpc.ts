// The OpenRPC document and its schemas. Tests run in the folder of the package.
import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import formats from "ajv-formats";

export interface Example {
  params: { name: string; value: unknown }[];
  result: { value: unknown };
}

export interface Method {
  name: string;
  params: { name: string; required?: boolean; schema: object }[];
  result: { schema: object };
  examples?: Example[];
}

export interface OpenRpcDocument {
  methods: Method[];
  components: { schemas: object };
}

export const document: OpenRpcDocument = JSON.parse(readFileSync("../docs/openrpc.json", "utf8"));

// The schemas are of draft 7, which is what ajv checks by default.
const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);
ajv.addSchema({ $id: "openrpc", components: document.components });

/** What ajv finds wrong with a value, by a schema of the document. */
export function schemaErrors(schema: object, value: unknown): ErrorObject[] {
  // References are relative to the document, which ajv knows by its id.
  const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openrpc#/');
  const validate = ajv.compile(JSON.parse(text));
  return validate(value) ? [] : (validate.errors ?? []);
}

/** The params of an example, by name. */
export function paramsOf(example: Example): Record<string, unknown> {
  return Object.fromEntries(example.params.map(({ name, value }) => [name, value]));
}
