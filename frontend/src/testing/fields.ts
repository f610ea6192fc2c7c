// A catalogue with an operator for every form of value, as the server would send it.
import type { FieldOfCatalogue, FieldType, GetFieldsResult, OperatorOfField, ValueForm } from "../api/client.ts";

function operator(name: string, value: ValueForm, options: string[] = []): OperatorOfField {
  return { name, label: name.replaceAll("_", " "), value, options, matchesUnset: name.startsWith("not_") };
}

function field(name: string, type: FieldType, operators: OperatorOfField[]): FieldOfCatalogue {
  return { name, label: name, type, operators, keys: [], nullable: false, unset: null, min: null, max: null };
}

const PLANS = ["FREE", "PRO", "PREMIUM"];

export const FIELDS: GetFieldsResult = {
  limits: { conditions: 100, depth: 8, jsonBytes: 65_536, listValues: 1_000, textCharacters: 256 },
  eventNames: [
    { name: "login", kind: "event" },
    { name: "order.paid", kind: "purchase" },
  ],
  currencies: [
    { code: "EUR", exponent: 2 },
    { code: "JPY", exponent: 0 },
    { code: "KWD", exponent: 3 },
  ],
  fields: [
    field("plan", "select", [operator("equals", "option", PLANS), operator("in", "optionList", PLANS)]),
    field("level", "number", [operator(">", "number"), operator("between", "numberRange")]),
    field("createdAt", "date", [
      operator("<", "date"),
      operator("between", "dateRange"),
      operator("within_last", "duration"),
      operator("not_within_last", "duration"),
      operator("in_period", "period", ["today", "this_week"]),
    ]),
    field("firstName", "text", [operator("contains", "text"), operator("is_set", "none")]),
    field("attr.country", "select", [operator("equals", "option", ["DE", "AT"]), operator("is_set", "none")]),
    field("attr.price", "decimal", [operator(">", "decimal"), operator("between", "decimalRange")]),
    field("attr.tags", "list", [operator("contains_any", "textList"), operator("contains_all", "textList")]),
    field("segment", "membership", [operator("in", "segmentList")]),
    {
      ...field("quizAttempts", "eventCount", [operator(">=", "number")]),
      keys: [
        { name: "within", label: "within", value: "duration", options: [], required: false },
        { name: "provider", label: "provider", value: "option", options: ["aws", "gcp"], required: false },
      ],
    },
    {
      ...field("totalSpent", "money", [operator(">", "amount"), operator("between", "amountRange")]),
      keys: [
        { name: "currency", label: "currency", value: "option", options: ["EUR", "JPY", "KWD"], required: true },
        { name: "within", label: "within", value: "duration", options: [], required: false },
      ],
    },
    {
      ...field("purchases", "eventCount", [operator(">=", "number")]),
      keys: [
        { name: "within", label: "within", value: "duration", options: [], required: false },
        { name: "name", label: "name", value: "eventName", options: [], required: false },
        { name: "currency", label: "currency", value: "option", options: ["EUR", "JPY", "KWD"], required: false },
        { name: "minAmount", label: "of at least", value: "amount", options: [], required: false },
      ],
    },
  ],
};
