import { expect, test } from "vitest";
import type { Webhook, WebhookDelivery } from "../api/client.ts";
import { answerText, messageText, offText, segmentsText, testText, waitingText, webhookMark } from "./words.ts";

const ON = { state: "on", offReason: null, failingSince: null, waiting: 0, segments: null } as Webhook;
const OFF: Webhook = { ...ON, state: "off", offReason: "admin" };
const NAMES = [{ id: "plan:pro", name: "Pro Users" }];

test.each<[string, string, Webhook]>([
  ["active", "On", ON],
  ["failed", "Failing", { ...ON, failingSince: "2026-11-29T12:00:00Z" }],
  ["off", "Turned off", OFF],
  ["failed", "Turned off: the endpoint is gone", { ...OFF, offReason: "gone" }],
  ["failed", "Turned off: the endpoint failed", { ...OFF, offReason: "failing" }],
])("%s: %s", (state, text, webhook) => {
  expect(webhookMark(webhook)).toEqual({ state, text });
});

test("one that is off says why, and what the receiver missed", () => {
  expect(offText(ON)).toBeNull();
  expect(offText(OFF)).toMatch(/^An admin turned it off\. .*reload the members/);
  expect(offText({ ...OFF, offReason: "gone" })).toMatch(/^The endpoint returned 410/);
  expect(offText({ ...OFF, offReason: "failing" })).toMatch(/^Every delivery failed for 5 days/);
});

test("segments and messages have names, or ids where no name is known", () => {
  expect(segmentsText(ON, NAMES)).toBe("All, including future ones");
  expect(segmentsText({ ...ON, segments: ["plan:pro", "custom:gone"] }, NAMES)).toBe("“Pro Users”, custom:gone");
  expect(segmentsText({ ...ON, segments: [] }, NAMES)).toBe("None: its segments have been deleted");
  const left = { event: "segment.left", segment: "plan:pro" } as WebhookDelivery;
  expect(messageText(left, NAMES)).toBe("Left: “Pro Users”");
  expect(messageText({ ...left, event: "run.failed", segment: null }, NAMES)).toBe("Run failed");
});

test("an answer is a code, or why there was none", () => {
  expect(answerText({ answer: null, outcome: null })).toBeNull();
  expect(answerText({ answer: 503, outcome: "answered" })).toBe("503");
  expect(answerText({ answer: null, outcome: "timed_out" })).toBe("No response within 15 seconds");
});

test("a test says what the endpoint answered, and what to do", () => {
  expect(testText({ delivered: true, answer: 204, outcome: "answered" })).toBe(
    "Test delivered. The endpoint returned 204.",
  );
  expect(testText({ delivered: false, answer: 302, outcome: "answered" })).toMatch(/returned 302\. .* 200 to 299/);
  expect(testText({ delivered: false, answer: null, outcome: "not_connected" })).toMatch(/Check the URL/);
});

test("messages that wait are counted where they would be lost", () => {
  expect(waitingText(ON)).toBe("No messages are waiting.");
  expect(waitingText({ ...ON, waiting: 1 })).toBe("1 waiting message will not be sent.");
  expect(waitingText({ ...ON, waiting: 1_200 })).toBe("1,200 waiting messages will not be sent.");
});
