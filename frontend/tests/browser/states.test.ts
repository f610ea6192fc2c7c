// Every screen and its states: what axe finds, in light and dark, wide and narrow; and whether all is seen when zoomed.
import { expectAccessible } from "./accessible.ts";
import { test } from "./fixtures.ts";
import { STATES } from "./states/index.ts";
import { expectWholeWhenZoomed } from "./zoomed.ts";

test.use({ appOptions: {} });
// Each test reads alone, so that both workers may share them.
test.describe.configure({ mode: "parallel" });

for (const [name, { path, signedIn = true, above = false, reach }] of Object.entries(STATES)) {
  test.describe(name, () => {
    test.use({ signedIn });
    test("axe finds nothing, and nothing is cut or covered when zoomed", async ({ page, app }) => {
      await page.goto(path);
      await reach(page, app);
      await expectAccessible(page, above);
      await expectWholeWhenZoomed(page, above);
    });
  });
}
