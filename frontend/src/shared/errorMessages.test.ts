import { expect, test } from "vitest";
import { RpcError, TransportError } from "../api/client.ts";
import { errorMessage, isConnectionError } from "./errorMessages.ts";

test.each([
  [new RpcError("TooManyRequests", -32029, "", { retryAfter: 1 }), "Try again in 1 second."],
  [new RpcError("NotFound", -32044, "", { what: "segment plan:gold" }), "Segment plan:gold no longer exists."],
  [new RpcError("Conflict", -32049, "Another has this name", {}), "Another has this name."],
  [
    new RpcError("Internal", -32603, "", undefined, "a-1"),
    "Try again. If it happens again, tell the people who run this server. Mention request a-1.",
  ],
  [new TypeError("Failed to fetch"), "Check your connection. Nothing you typed is lost."],
  [new TransportError(502, ""), "Check your connection. Nothing you typed is lost."],
])("%s has a plain message", (error, text) => {
  expect(errorMessage(error).text).toBe(text);
});

test("an abort is no lost connection", () => {
  expect(isConnectionError(new DOMException("aborted", "AbortError"))).toBe(false);
});

test("a refusal names the role that is needed", () => {
  const refusal = new RpcError("NotAllowed", -32043, "", undefined);
  expect(errorMessage(refusal).text).toBe("You need the role ADMIN. Ask the person who created your token.");
  expect(errorMessage(refusal, "SUPERADMIN").text).toMatch(/^You need the role SUPERADMIN\./);
});
