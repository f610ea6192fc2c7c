// Tokens that the server itself refuses: of a role that does not suffice, expired, and revoked while somebody works.
import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Page } from "playwright-core";
import { MANY_CALLS, theConsole } from "./console.ts";

const ISSUER = "https://learning.example";
const AUDIENCE = "audience";
/** The server takes tokens so many seconds past their end, since clocks differ. */
const LEEWAY = 30;

const folder = mkdtempSync(join(tmpdir(), "audience-key-"));
const keyFile = join(folder, "key");
const key = randomBytes(32).toString("hex");
writeFileSync(keyFile, key);
after(() => rmSync(folder, { recursive: true, force: true }));

const jwt = ["--jwt-algorithm", "HS256", "--jwt-key-file", keyFile, "--jwt-issuer", ISSUER, "--jwt-audience", AUDIENCE];
const console = theConsole({ serveOptions: [...MANY_CALLS, ...jwt] });

/** A token of the host application, which ends in so many seconds. */
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

test("a role that does not suffice and a token that has expired are told apart where they are typed", async () => {
  const page = await console().open("/", { signedIn: false });
  await signIn(page, tokenOfHost("USER", 600));
  await page.getByText("Your role does not allow this. It takes the role ADMIN.").waitFor();
  await signIn(page, tokenOfHost("ADMIN", -600));
  await page.getByText("This token is not valid.").waitFor();
  await signIn(page, tokenOfHost("ADMIN", 600));
  await page.getByRole("article").first().waitFor();
});

test("a token of a role that does not suffice shows nothing, and says why in each place", async () => {
  const page = await console().open(`/#token=${tokenOfHost("USER", 600)}`, { signedIn: false });
  await page.getByText("Your role does not allow this").first().waitFor();
  assert.equal(await page.getByRole("article").count(), 0);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Token", { exact: true }).waitFor();
});

test("a token that is revoked ends the session, and what was typed is still there after signing in again", async () => {
  const token = console().server.tokenOf("ADMIN", "short-lived");
  const page = await console().open("/segments/new", { signedIn: false });
  await signIn(page, token);
  await page.getByRole("textbox", { name: "Name" }).fill("Typed before");
  console().server.revoke("short-lived");
  await page.getByLabel("Value of Plan").selectOption("PRO");
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  await dialog.getByText("The token is not valid, or not valid any more.").waitFor();
  await signIn(page, console().token);
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await page.getByRole("textbox", { name: "Name" }).inputValue(), "Typed before");
  await page.getByText(/of [\d,]+ users/).waitFor();
});

test("a token that expires while somebody looks is said above what they look at", async () => {
  const page = await console().open(`/#token=${tokenOfHost("ADMIN", 4 - LEEWAY)}`, { signedIn: false });
  const dialog = page.getByRole("dialog", { name: "Sign in again" });
  // Asks again and again, as somebody would who waits for news.
  await page.waitForFunction(() => {
    const isOut = document.querySelector("[role=dialog]") !== null;
    if (!isOut) [...document.querySelectorAll("button")].find((it) => it.innerText === "Refresh")?.click();
    return isOut;
  });
  await dialog.getByText("The token is not valid, or not valid any more.").waitFor();
  await signIn(page, console().token);
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("article").nth(12).waitFor();
});

test("nothing of all this was an error of the page or a violation of its policy", () => {
  assert.deepEqual(console().complaints(), []);
});
