// More people than a file may have, a run that one can watch, and a run that stopped most of a segment from leaving.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cardOf, membersOn, theConsole } from "./console.ts";

const MOST_ROWS = 5_000;
const PREMIUM = 150;
const users = Array.from({ length: MOST_ROWS + 1 + PREMIUM }, (_, place) => {
  const plan = place < PREMIUM ? "PREMIUM" : "FREE";
  return `u${place},u${place}@example.org,First,Last,${plan},USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z`;
});
const HEAD = "id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt";
const console = theConsole({ database: "sqlite", users: `${[HEAD, ...users].join("\n")}\n` });

test("an export of more than 5,000 has 5,000, and says that it is not all", async () => {
  const page = await console().open("/");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export Free Users" }).click(),
  ]);
  await page.getByText("5,000 rows exported, not all").first().waitFor();
  await page.getByText("The file has the first 5,000 of 5,001 members.").first().waitFor();
  const rows = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  assert.equal(rows.length - 1, MOST_ROWS);
});

test("the last of many pages can be opened, and one past the end says so", async () => {
  const page = await console().open("/segments/plan/free?page=251");
  const dialog = page.getByRole("dialog", { name: "Free Users" });
  await dialog.getByText("Page 251 of 251").waitFor();
  assert.equal(await dialog.getByRole("table", { name: "Members" }).getByRole("row").count(), 2, "one, and the head");
  await page.goto(`${console().origin}/segments/plan/free?page=252`);
  await dialog.getByText("This page is past the end of the list").waitFor();
});

test("the progress of a run is shown while it is under way, whoever started it", async () => {
  const page = await console().open("/");
  const runs = page.getByRole("region", { name: "Runs" });
  await runs.getByText("Last run succeeded").waitFor();
  const { engine, processed } = await frozenHalfway();
  await page.getByRole("button", { name: "Refresh" }).click();
  await runs.getByRole("progressbar", { name: "Progress of the run" }).waitFor();
  await runs.getByText(`${processed.toLocaleString("en-US")} of 5,151 users evaluated`).waitFor();
  assert.ok(await runs.getByRole("button", { name: "Run now" }).isDisabled());
  engine.kill("SIGCONT");
  await runs.getByText("Last run succeeded").waitFor();
  await runs.getByText("5,151 users").waitFor();
});

/** An engine that stands still in the middle of a run, for less than its lease. Some are too fast, and run again. */
async function frozenHalfway() {
  for (;;) {
    const engine = console().server.engine("run", "--commit-users", "100");
    const ended = once(engine, "exit");
    while (engine.exitCode === null) {
      engine.kill("SIGSTOP");
      const { runs } = await console().api.call("adminAudience.listRuns", { limit: 1 });
      const { state, totalUsersProcessed: processed = 0 } = runs[0] ?? {};
      if (state === "running" && processed > 0) return { engine, processed };
      engine.kill("SIGCONT");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
  }
}

test("a run that stopped most of a segment from leaving says so, and they can be let go", async () => {
  const moved = Array.from({ length: 100 }, (_, place) => ({
    id: `u${place}`,
    email: `u${place}@example.org`,
    plan: "FREE",
    createdAt: "2025-01-01T00:00:00Z",
  }));
  await console().api.call("adminAudience.upsertUsers", { users: moved });
  const page = await console().open("/");
  const reason = "100 of 150 members would leave: nobody does";
  await page.getByRole("button", { name: "Run now" }).click();
  await cardOf(page, "Premium Users").getByText(`Failed: ${reason}`).waitFor();
  assert.equal(await membersOn(page, "Premium Users"), PREMIUM);
  await page.getByText("could not be evaluated").click();
  await page.getByText(`Segment “Premium Users”: ${reason}`).waitFor();
  await page.getByRole("button", { name: "Run again, and let them leave" }).click();
  await cardOf(page, "Premium Users").getByText("Active", { exact: true }).waitFor();
  await page.waitForFunction(() =>
    [...document.querySelectorAll("article")].some((card) => /Premium Users[\s\S]*\b50\b/.test(card.innerText)),
  );
});

test("nothing of all this was an error of the page or a violation of its policy", () => {
  assert.deepEqual(console().complaints(), []);
});
