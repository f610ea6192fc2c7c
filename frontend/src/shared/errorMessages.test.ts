import { expect, test } from "vitest";
import { RpcError, TransportError } from "../api/client.ts";
import { errorMessage, isConnectionError } from "./errorMessages.ts";

test.each([
  [new RpcError("TooManyRequests", -32029, "", { retryAfter: 1 }), "Try again in 1 second."],
  [new RpcError("NotFound", -32044, "", { what: "segment plan:gold" }), "Segment plan:gold no longer exists."],
  [
    new RpcError("TooLong", -32054, "", undefined),
    "The server stopped. Choose fewer segments, a shorter range, or search for fewer people. The command segmentation-engine report takes as long as it needs.",
  ],
  [new RpcError("Conflict", -32049, "Another has this name", {}), "Another has this name."],
  [
    new RpcError("Internal", -32603, "", undefined, "a-1"),
    "Try again. If it happens again, contact your administrator. Mention request a-1.",
  ],
  [new TypeError("Failed to fetch"), "Check your connection. Your work is kept."],
  [new TransportError(502, ""), "Check your connection. Your work is kept."],
])("%s has a plain message", (error, text) => {
  expect(errorMessage(error).text).toBe(text);
});

test("an abort is no lost connection", () => {
  expect(isConnectionError(new DOMException("aborted", "AbortError"))).toBe(false);
});

test("a refusal names the role that is needed", () => {
  const refusal = new RpcError("NotAllowed", -32043, "", undefined);
  expect(errorMessage(refusal).text).toBe("You need the ADMIN role. Ask your administrator.");
  expect(errorMessage(refusal, "SUPERADMIN").text).toMatch(/^You need the SUPERADMIN role\./);
});
