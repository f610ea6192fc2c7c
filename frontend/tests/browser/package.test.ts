// The React example in the README of the client's package, in a browser and against a server.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { examples, Installed } from "../installed.ts";
import { THREE_USERS } from "../users.ts";
import { expect, test } from "./fixtures.ts";

test.use({ appOptions: { database: "sqlite", users: THREE_USERS }, signedIn: false });

test("a host app lists segments with the hooks and runs the engine", async ({ page, app }) => {
  const project = Installed.create();
  try {
    const [example = ""] = examples("tsx");
    project.write("app.tsx", example);
    await project.bundle("app.tsx");
    const script = readFileSync(join(project.folder, "dist/app.js"), "utf8");
    await page.route("**/host", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: '<!doctype html><html lang="en"><div id="root"></div><script type="module" src="/host.js"></script></html>',
      }),
    );
    await page.route("**/host.js", (route) => route.fulfill({ contentType: "text/javascript", body: script }));
    await page.addInitScript((token) => sessionStorage.setItem("token", token), app.token);
    await page.goto("/host");
    await expect(page.getByRole("listitem").filter({ hasText: "Pro Users: 2" })).toBeVisible();
    const asked = page.waitForRequest((request) => request.postData()?.includes("getSegments") ?? false);
    await page.getByRole("button", { name: "Evaluate everyone now" }).click();
    await asked;
    const run = (await app.api.call("adminAudience.listRuns", { limit: 1 })).runs[0];
    expect(run?.trigger).toBe("admin");
  } finally {
    project.remove();
  }
});
