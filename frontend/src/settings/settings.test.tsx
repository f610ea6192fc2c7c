// Tokens and event names.
import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { ApiToken, NameOfEvents } from "../api/client.ts";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { EventNamesPage } from "./EventNamesPage.tsx";
import { TokensPage } from "./TokensPage.tsx";
import { tokenState } from "./tokenState.ts";

afterEach(() => vi.unstubAllGlobals());

const TOKEN: ApiToken = {
  id: "t1",
  name: "reporting",
  prefix: "aud_c2cf17",
  role: "ADMIN",
  createdAt: "2026-03-01T12:00:00Z",
  expiresAt: null,
  revokedAt: null,
};
const REVOKED: ApiToken = { ...TOKEN, id: "t2", name: "old", revokedAt: "2026-03-02T12:00:00Z" };
const NAMES: NameOfEvents[] = [
  { name: "lesson", kind: "event", isActivity: true, firstAt: "2026-03-01T12:00:00Z", lastAt: null },
];

function show(Page: () => React.ReactNode, tokens: () => unknown = () => ({ tokens: [TOKEN, REVOKED] })) {
  const calls = answering(({ method }) => {
    if (method === "getTokens") return tokens();
    if (method === "getEventNames") return { names: NAMES };
    return method === "createToken" ? { ...TOKEN, secret: "aud_c2cf17_very-secret" } : { success: true };
  });
  const sent = (wanted: string) => calls.filter(({ method }) => method === wanted).map(({ params }) => params);
  return { ...showPage(Page, "/", () => ({}), "/"), sent };
}

test.each([
  ["active", {}],
  ["active", { expiresAt: "2026-03-10T12:00:01Z" }],
  ["expired", { expiresAt: "2026-03-10T12:00:00Z" }],
  ["revoked", { expiresAt: "2026-03-10T12:00:01Z", revokedAt: "2026-03-09T12:00:00Z" }],
])("a token is %s: %j", (state, changed) => {
  expect(tokenState({ ...TOKEN, ...changed }, Date.parse("2026-03-10T12:00:00Z"))).toBe(state);
});

test("a token is made, shown once, and gone with the dialog", async () => {
  const { user, sent } = show(TokensPage);
  await screen.findByRole("table", { name: "Tokens" });
  await user.click(screen.getByText("Create token"));
  const dialog = await screen.findByRole("dialog", { name: "Create token" });
  await user.click(within(dialog).getByRole("button", { name: "Create token" }));
  await within(dialog).findByText("Enter a name.");
  await user.type(within(dialog).getByLabelText("Name"), "reporting");
  expect(within(dialog).getByText("Everything but tokens, webhooks, and erasing people.")).toBeTruthy();
  await user.selectOptions(within(dialog).getByLabelText("Role"), "SUPERADMIN");
  expect(within(dialog).getByText("Everything.")).toBeTruthy();
  await user.selectOptions(within(dialog).getByLabelText("Role"), "ADMIN");
  await user.selectOptions(within(dialog).getByLabelText("Expires"), "Never");
  await user.click(within(dialog).getByRole("button", { name: "Create token" }));
  expect((await screen.findByLabelText<HTMLInputElement>("Token")).value).toBe("aud_c2cf17_very-secret");
  expect(sent("createToken")).toEqual([{ name: "reporting", role: "ADMIN", days: null }]);
  await user.click(screen.getByText("I've saved it"));
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(document.body.textContent).not.toContain("very-secret");
});

test("only a token that is valid is revoked, after a question", async () => {
  const { user, sent } = show(TokensPage);
  const table = await screen.findByRole("table", { name: "Tokens" });
  expect(cellsOf(table).map((cells) => cells[5])).toEqual(["State", "Active", "Revoked"]);
  expect(within(table).getAllByRole("button")).toHaveLength(1);
  await user.click(within(table).getByRole("button", { name: "Revoke reporting" }));
  await user.click(await screen.findByText("Revoke token"));
  await vi.waitFor(() => expect(sent("revokeToken")).toEqual([{ tokenId: "t1" }]));
});

test("an ADMIN sees which role the page needs", async () => {
  show(TokensPage, () => {
    throw { code: -32043, message: "The caller's role does not allow this" };
  });
  await screen.findByText("You need the SUPERADMIN role. Ask your administrator.");
});

test("whether a name counts as activity is set", async () => {
  const { user, sent } = show(EventNamesPage);
  const box = await screen.findByLabelText<HTMLInputElement>("lesson counts as activity");
  expect(box.checked).toBe(true);
  await user.click(box);
  await vi.waitFor(() => expect(sent("setEventName")).toEqual([{ name: "lesson", isActivity: false }]));
  await vi.waitFor(() =>
    expect(screen.getByLabelText<HTMLInputElement>("lesson counts as activity").checked).toBe(false),
  );
});
