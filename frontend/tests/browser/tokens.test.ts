// Tokens that the server refuses: without the needed role, expired, or revoked during a session.
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { test as base, expect, MANY_CALLS, rowsOf } from "./fixtures.ts";

const ISSUER = "https://learning.example";
const AUDIENCE = "audience";
/** Seconds for which the server accepts a token after it expires, since clocks differ. */
const LEEWAY = 30;

const key = randomBytes(32).toString("hex");

const test = base.extend({
  appOptions: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from its first parameter
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), "audience-key-"));
      const keyFile = join(folder, "key");
      writeFileSync(keyFile, key);
      const jwt = ["--jwt-algorithm", "HS256", "--jwt-key-file", keyFile];
      await use({ serveOptions: [...MANY_CALLS, ...jwt, "--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE] });
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker" },
  ],
});
test.use({ signedIn: false });

/** A token of the host application, which expires after this many seconds. */
function tokenOfHost(role: string, seconds: number): string {
  const exp = Math.floor(Date.now() / 1_000) + seconds;
  const parts = [
    { alg: "HS256", typ: "JWT" },
    { sub: "somebody", role, exp, iss: ISSUER, aud: AUDIENCE },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  const signature = createHmac("sha256", key).update(parts.join(".")).digest("base64url");
  return [...parts, signature].join(".");
}

async function signIn(page: Page, token: string) {
  await page.getByLabel("Token", { exact: true }).fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a missing role and an expired token have different messages at sign-in", async ({ page }) => {
  await page.goto("/");
  await signIn(page, tokenOfHost("USER", 600));
  await expect(page.getByText("Your role doesn't allow this. You need the ADMIN role.")).toBeVisible();
  await signIn(page, tokenOfHost("ADMIN", -600));
  await expect(page.getByText("This token isn't valid.")).toBeVisible();
  await signIn(page, tokenOfHost("ADMIN", 600));
  await expect(rowsOf(page).first()).toBeVisible();
});

test("a token without the needed role shows no data and says why", async ({ page }) => {
  await page.goto(`/#token=${tokenOfHost("USER", 600)}`);
  await expect(page.getByText("Your role doesn't allow this").first()).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByLabel("Token", { exact: true })).toBeVisible();
});

test("a token that is revoked ends the session, and what was typed is still there after signing in again", async ({
  page,
  app,
}) => {
  const token = app.server.tokenOf("ADMIN", "short-lived");
  await page.goto("/segments/new");
  await signIn(page, token);
  await page.getByRole("textbox", { name: "Name" }).fill("Typed before");
  app.server.revoke("short-lived");
  await page.getByLabel("Value of Plan").selectOption("PRO");
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await expect(dialog.getByText("Your token is no longer valid.")).toBeVisible();
  await signIn(page, app.token);
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Typed before");
  await expect(page.getByText(/of [\d,]+ users/)).toBeVisible();
});

test("a token that expires opens the sign-in dialog above the screen", async ({ page, app }) => {
  await page.goto(`/#token=${tokenOfHost("ADMIN", 4 - LEEWAY)}`);
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  // Asks again and again, as somebody would who waits for news.
  await page.waitForFunction(() => {
    const isOut = document.querySelector("[role=dialog]") !== null;
    if (!isOut) [...document.querySelectorAll("button")].find((it) => it.innerText === "Refresh")?.click();
    return isOut;
  });
  await expect(dialog.getByText("Your token is no longer valid.")).toBeVisible();
  await signIn(page, app.token);
  await expect(dialog).toBeHidden();
  await expect(rowsOf(page).nth(12)).toBeVisible();
});
