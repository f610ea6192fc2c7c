import type { AttributeType } from "../api/client.ts";

export const TYPES: Record<AttributeType, string> = {
  text: "Text",
  number: "Whole number",
  decimal: "Decimal number",
  boolean: "Yes or no",
  date: "Date",
  list: "List of texts",
};
