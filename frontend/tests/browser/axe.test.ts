// What axe finds on every screen and its states, in light and dark, wide and narrow.
import { expectAccessible } from "./accessible.ts";
import { test } from "./fixtures.ts";
import { STATES } from "./states.ts";

test.use({ appOptions: {} });

for (const [name, { path, signedIn = true, above = false, reach }] of Object.entries(STATES)) {
  test.describe(name, () => {
    test.use({ signedIn });
    test("axe finds nothing", async ({ page, app }) => {
      await page.goto(path);
      await reach(page, app);
      await expectAccessible(page, above);
    });
  });
}
