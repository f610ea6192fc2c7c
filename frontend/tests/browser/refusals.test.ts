// Bad input and bad luck: each is said in plain words at the place where it belongs.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { Console, cardOf, theConsole } from "./console.ts";

const console = theConsole();

test("a wrong token is refused where it was typed; an address with a token signs in and forgets it", async () => {
  const page = await console().open("/", { signedIn: false });
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Paste a token first.").waitFor();
  await page.getByLabel("Token", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("This token is not valid.").waitFor();
  await page.goto(`${console().origin}/#token=${console().token}`);
  await page.reload();
  await page.getByRole("article").first().waitFor();
  assert.equal(page.url(), `${console().origin}/`);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.ok(!kept.includes(console().token), "not kept beyond the tab");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Token", { exact: true }).waitFor();
});

test("a lost connection is said, and goes when the server is back", async () => {
  const page = await console().open("/");
  await page.getByRole("article").first().waitFor();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Refresh" }).click();
  await page.getByText("No connection to the server.").waitFor();
  assert.equal(await page.getByRole("article").count(), 13, "what is known stays");
  await page.context().setOffline(false);
  await page.getByText("No connection to the server.").waitFor({ state: "hidden" });
  console().complaints();
});

test("too many requests, a busy database, and a fault of the server are said in plain words", async () => {
  const page = await console().open("/");
  await page.getByRole("article").first().waitFor();
  const refuse = (status: number, code: number, data?: object) =>
    page.route("**/rpc", (route) =>
      route.fulfill({ status, json: { jsonrpc: "2.0", id: 1, error: { code, message: "No", data } } }),
    );
  for (const [status, code, data, words] of [
    [429, -32029, { retryAfter: 7 }, "You can go on in 7 seconds."],
    [200, -32053, undefined, "The database is busy"],
    [200, -32603, undefined, "Something went wrong on the server"],
  ] as const) {
    await refuse(status, code, data);
    await page.getByRole("button", { name: "Export Free Users" }).click();
    await page.getByText(words).first().waitFor();
    await page.unroute("**/rpc");
  }
});

let limited: Console | undefined;
after(() => limited?.stop());
test("a server that takes few calls says when to go on, and trying again works", async () => {
  limited = await Console.start({ serveOptions: ["--calls-per-minute", "1"] });
  const page = await limited.open("/");
  await page.getByText("Too many requests").first().waitFor();
  await page.getByRole("button", { name: "Try again" }).first().waitFor();
});

test("a segment that was deleted meanwhile, and an address that leads nowhere", async () => {
  const page = await console().open("/segments/custom/gone");
  await page.getByText("This segment does not exist").waitFor();
  await page.goto(`${console().origin}/segments/gone/edit`);
  await page.getByText("This segment does not exist").waitFor();
  await page.goto(`${console().origin}/nowhere/at/all`);
  await page.getByText("There is no such page").waitFor();
  await page.goto(`${console().origin}/segments/color/red`);
  await page.getByText("There is no such page").waitFor();
});

test("names with markup or from right to left are shown as they are", async () => {
  const name = "<img src=x onerror=alert(1)> שלום";
  const criteria = [{ field: "email" as const, operator: "starts_with" as const, value: "markup@" }];
  const made = await console().api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  const page = await console().open("/");
  await cardOf(page, name).waitFor();
  await page.goto(`${console().origin}/segments/custom/${made.segment.segmentValue}`);
  await page.getByText("<b>Bold</b> <img src=x onerror=alert(1)>").waitFor();
  assert.equal(await page.locator("img[src=x]").count(), 0);
  await page.getByRole("button", { name: /^Why is/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Why is / });
  await dialog.getByText("A member now").waitFor();
  await dialog.getByText("Holds:").first().waitFor({ state: "attached" });
  await dialog.getByText("markup@example.org").waitFor();
});

test("an empty segment has nothing to export", async () => {
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 100_000 }];
  await console().api.call("adminAudience.createCustomSegment", { name: "Nobody", combineWith: "AND", criteria });
  const page = await console().open("/");
  await page.getByRole("button", { name: "Export Nobody" }).click();
  await page.getByText("There is nothing to export.").first().waitFor();
});

test("nothing of all this was an error of the page or a violation of its policy", () => {
  assert.deepEqual(console().complaints(), []);
});
