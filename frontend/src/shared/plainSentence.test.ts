import { expect, test } from "vitest";
import { formatDateTime } from "./format.ts";
import { plainSentence } from "./plainSentence.ts";

test.each([
  ["plan is PRO and level is more than 5", "plan is PRO and level is more than 5"],
  ['first name contains "नमस्ते"', "first name contains “नमस्ते”"],
  ['last name contains "O\'Brien \\"Bob\\""', 'last name contains “O\'Brien "Bob"”'],
  ['email contains "a\\\\b" or plan is PRO', "email contains “a\\b” or plan is PRO"],
  ["sign-up from 2026-01-01 to 2026-01-31", "sign-up from Jan 1, 2026 to Jan 31, 2026"],
  ['first name contains "2026-01-31"', "first name contains “2026-01-31”"],
  ["sign-up after 2026-01-01T09:30:00Z", `sign-up after ${formatDateTime("2026-01-01T09:30:00Z")}`],
])("%s", (sentence, plain) => {
  expect(plainSentence(sentence)).toBe(plain);
});
