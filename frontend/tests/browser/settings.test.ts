// Settings, and what is there on every page: the theme, the zone of times, and the palette.
import { expect, test } from "./fixtures.ts";

test.use({ appOptions: {} });

test("an attribute is declared, changed and archived, and bad input says what is wrong", async ({ page }) => {
  await page.goto("/settings");
  const attributes = page.getByRole("region", { name: "Attributes" });
  await attributes.getByRole("button", { name: "Declare attribute…" }).click();
  const dialog = page.getByRole("dialog", { name: "Declare an attribute" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Favorite color");
  await dialog.getByLabel("Key").fill("Favorite Color");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByLabel("Key")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Key").fill("favorite_color");
  await dialog.getByLabel("Allowed values").fill("red\n green \n");
  await dialog.getByRole("button", { name: "Save" }).click();
  const row = attributes.getByRole("row", { name: /Favorite color/ });
  await expect(row).toHaveText(/favorite_color\s*Text\s*red, green\s*No/);
  await row.getByRole("button", { name: "Edit Favorite color" }).click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Name" }).fill("Color");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Archive Color" }).click();
  await page.getByRole("button", { name: "Archive attribute" }).click();
  await expect(attributes.getByText("favorite_color")).toHaveCount(0);
});

test("the theme can follow the system again", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/settings");
  const scheme = page.locator("html");
  await page.getByText("Light", { exact: true }).click();
  await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "light");
  await page.getByText("System", { exact: true }).click();
  await expect(scheme).toHaveAttribute("data-mantine-color-scheme", "dark");
});

test("limits, zone, version and webhooks have a place", async ({ page, app }) => {
  const { limits } = await app.api.call("adminAudience.getFields", {});
  await page.goto("/settings");
  await expect(page.getByRole("region", { name: "Limits" })).toHaveText(
    new RegExp(`Conditions\\s*${limits.conditions}`),
    { useInnerText: true },
  );
  await expect(page.getByRole("region", { name: "About" })).toHaveText(/Version\s*\d+\.\d+\.\d+/, {
    useInnerText: true,
  });
  await page.getByRole("link", { name: "Manage webhooks" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Webhooks" })).toBeFocused();
  const main = page.getByRole("navigation", { name: "Main" });
  await expect(main.getByRole("link", { name: "Settings" })).toHaveAttribute("aria-current", "page");
});

test("the keyboard alone shows all times in UTC, and back", async ({ page }) => {
  await page.goto("/runs");
  const time = page.getByRole("table", { name: "Runs" }).locator("time").first();
  await expect(time).not.toContainText("UTC");
  await page.getByRole("button", { name: "Show UTC" }).focus();
  await page.keyboard.press("Enter");
  await expect(time).toContainText("UTC");
  await expect(page.getByText("Times are in UTC.")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(time).not.toContainText("UTC");
});

test("Ctrl+K finds segments and pages, and Escape returns the focus", async ({ page }) => {
  await page.goto("/runs");
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading).toBeFocused();
  const palette = page.getByRole("dialog", { name: "Find segments, people and pages" });
  await page.keyboard.press("Control+K");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(palette).toHaveCount(0);
  await expect(heading).toBeFocused();
  await page.keyboard.press("Control+K");
  await expect(palette.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("churn");
  await expect(palette.getByRole("option")).toHaveText(["Churned UsersLifecycle"]);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Churned Users" })).toBeFocused();
  await page.getByRole("button", { name: "Find segments, people and pages" }).click();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "People" })).toBeFocused();
});

test("Ctrl+K finds people by their name, address and ID", async ({ page, app }) => {
  const { users } = await app.api.call("adminAudience.findUsers", { limit: 1 });
  const [user] = users;
  if (user === undefined) throw new Error("there is nobody");
  await page.goto("/runs");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  for (const text of [`${user.firstName} ${user.lastName}`, user.email, user.id]) {
    // Above another dialog it does not open, nor above one that is still closing.
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await page.keyboard.press("Control+K");
    const palette = page.getByRole("dialog", { name: "Find segments, people and pages" });
    await palette.getByRole("combobox").fill(text);
    await expect(palette.getByRole("option").filter({ hasText: user.email })).toHaveCount(1);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(new RegExp(`/people/${user.id}$`));
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await page.goBack();
    await expect(page.getByRole("heading", { level: 1, name: "Runs" })).toBeVisible();
  }
});
