// What axe does not see: zoom, forced colors, the contrast of borders and placeholders, what covers what.
import type { Locator, Page } from "@playwright/test";
import { chooseField, expect, rowsOf, test } from "./fixtures.ts";

test.use({ appOptions: {} });

/** 1280 × 800 at 200 % and at 400 %. */
for (const [zoom, viewport] of [
  ["200 %", { width: 640, height: 400 }],
  ["400 %", { width: 320, height: 200 }],
] as const) {
  test(`at ${zoom} zoom most of the window shows what a segment is read for`, async ({ page }) => {
    await page.setViewportSize(viewport);
    await page.goto("/segments/lifecycle/churned");
    const table = page.getByRole("table", { name: "Members" });
    await expect(table).toBeVisible();
    await table.evaluate((element) => element.scrollIntoView());
    const covered = await page.evaluate(() => {
      const dialog = document.querySelector("[role=dialog]");
      const rows = [...Array(window.innerHeight).keys()].filter((y) => {
        const shown = document.elementFromPoint(window.innerWidth / 2, y);
        return shown?.closest("table") == null && dialog?.contains(shown) === true;
      });
      return rows.length / window.innerHeight;
    });
    expect(covered, "the share of the height that something else takes").toBeLessThan(0.3);
    await expect(page.getByRole("button", { name: "Close" }), "and the way out stays").toBeInViewport();
  });
}

for (const width of [320, 768, 1280]) {
  test(`nothing lies below the close button of a segment at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 900 });
    await page.goto("/segments/lifecycle/churned");
    await expect(
      page.getByRole("dialog").getByText("No activity for more than 30 days", { exact: false }),
    ).toBeVisible();
    const over = await page.evaluate(() => {
      const dialog = document.querySelector("[role=dialog]");
      const close = dialog?.querySelector("[aria-label=Close]")?.getBoundingClientRect();
      const texts = document.createTreeWalker(dialog as Element, NodeFilter.SHOW_TEXT);
      const found: string[] = [];
      while (close !== undefined && texts.nextNode()) {
        const range = document.createRange();
        range.selectNodeContents(texts.currentNode);
        const hits = [...range.getClientRects()].some(
          (rect) =>
            rect.left < close.right && rect.right > close.left && rect.top < close.bottom && rect.bottom > close.top,
        );
        if (hits) found.push(texts.currentNode.textContent ?? "");
      }
      return found;
    });
    expect(over).toEqual([]);
  });
}

test("at 1280 px all tabs of a segment fit", async ({ page }) => {
  await page.goto("/segments/plan/free/overview");
  const tabs = page.getByRole("navigation", { name: "Segment", exact: true });
  await expect(tabs.getByRole("link", { name: "Activity" })).toBeVisible();
  const [needed, given] = await tabs.evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
  expect(needed).toBeLessThanOrEqual(given ?? 0);
});

test("at 1280 px the figures of sync are in one row", async ({ page }) => {
  await page.goto("/sync");
  const figures = ["Destination", "Pending erasures"].map((name) => page.getByText(name, { exact: true }).first());
  for (const figure of figures) await expect(figure).toBeVisible();
  const tops = await Promise.all(figures.map(async (figure) => (await figure.boundingBox())?.y));
  expect(tops[0]).toBe(tops[1]);
});

test("on a tablet, the button of the run strip stands beside its words", async ({ page }) => {
  await page.setViewportSize({ width: 768, height: 900 });
  await page.goto("/");
  const button = page.getByRole("button", { name: "Run now" });
  await expect(button).toBeVisible();
  expect((await button.boundingBox())?.width).toBeLessThan(200);
});

test("on a phone, the handle of a group lies beside its choice", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  await page.goto("/segments/new");
  await page.getByRole("button", { name: "Add group to Definition" }).click();
  const group = page.getByRole("group", { name: "Group 2", exact: true });
  const handle = await group.getByTitle("Drag to move").first().boundingBox();
  const choice = await group.getByRole("radiogroup").first().boundingBox();
  expect((handle?.x ?? 0) + (handle?.width ?? 0)).toBeLessThanOrEqual(choice?.x ?? 0);
});

test("a zone with a long name stays in its panel on a phone", async ({ browser, app }) => {
  const page = await browser.newPage({
    timezoneId: "America/Kentucky/Monticello",
    viewport: { width: 320, height: 700 },
  });
  await page.addInitScript((token) => sessionStorage.setItem("audience.token", token), app.token);
  await page.goto(`${app.origin}/settings`);
  const about = page.getByRole("region", { name: "About" });
  await expect(about.getByText("America/Kentucky", { exact: false })).toBeVisible();
  const [needed, given] = await about.evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
  expect(needed).toBeLessThanOrEqual(given ?? 0);
  await page.close();
});

test("a long definition is folded to two lines, and unfolds", async ({ page }) => {
  await page.setViewportSize({ width: 412, height: 900 });
  await page.goto("/segments/lifecycle/churned");
  const text = page.locator("[role=dialog] [data-folded]");
  const lines = () => text.evaluate((element) => Math.round(element.getBoundingClientRect().height / 20));
  await expect(text).toBeVisible();
  expect(await lines()).toBe(2);
  await page.getByRole("button", { name: "Show all" }).click();
  expect(await lines()).toBeGreaterThan(2);
  await page.getByRole("button", { name: "Show less" }).click();
  expect(await lines()).toBe(2);
});

test.describe("with forced colors", () => {
  /** How an element is told from what surrounds it, where backgrounds are all the same. */
  const lineOf = (element: Locator) =>
    element.evaluate((node) => {
      const { outlineStyle, borderTopStyle, borderTopColor, borderTopWidth, backgroundColor } = getComputedStyle(node);
      const around = getComputedStyle(node.parentElement ?? node).backgroundColor;
      const hasBorder = borderTopStyle !== "none" && borderTopWidth !== "0px" && borderTopColor !== backgroundColor;
      return outlineStyle !== "none" || hasBorder || backgroundColor !== around;
    });

  async function force(page: Page, path: string) {
    await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
    await page.goto(path);
  }

  test("what is chosen and where a segment stands is seen", async ({ page }) => {
    await force(page, "/");
    await expect(rowsOf(page).first()).toBeVisible();
    expect(await lineOf(page.locator(":checked + span").first()), "the filter").toBe(true);
    expect(await lineOf(page.getByRole("link", { name: "Segments", exact: true })), "the page").toBe(true);
    const dot = await page
      .locator("[data-state=active]")
      .first()
      .evaluate((state) => {
        const { borderTopWidth, borderTopColor } = getComputedStyle(state, "::before");
        return { borderTopWidth, isSeen: borderTopColor !== getComputedStyle(document.body).backgroundColor };
      });
    expect(dot).toEqual({ borderTopWidth: "4px", isSeen: true });
  });

  test("a dialog and its choices are seen", async ({ page }) => {
    await force(page, "/segments/plan/free");
    await expect(page.getByRole("table", { name: "Members" })).toBeVisible();
    expect(await lineOf(page.getByRole("dialog"))).toBe(true);
    for (const place of [0, 1]) {
      expect(await lineOf(page.locator("[role=dialog] :checked + span").nth(place))).toBe(true);
    }
  });

  test("the builder's choices and the share are seen", async ({ page }) => {
    await force(page, "/segments/new");
    await page.getByLabel("Value of Plan").selectOption("PRO");
    await expect(page.getByText(/of [\d,]+ users/)).toBeVisible();
    expect(await lineOf(page.locator(":checked + span").first())).toBe(true);
    await page.getByRole("button", { name: "More actions for Definition" }).click();
    await page.getByRole("menuitemcheckbox", { name: "Exclude these" }).click();
    expect(await lineOf(page.getByText("Exclude", { exact: true })), "that the group excludes").toBe(true);
    expect(await lineOf(page.getByRole("complementary").locator("[aria-hidden] > span")), "the share").toBe(true);
  });

  test("the current option of a list and what is chosen from it are seen", async ({ page }) => {
    await force(page, "/segments/new");
    await chooseField(page.getByLabel("Field"), "Segment");
    const input = page.getByLabel("Value of Segment");
    await input.press("ArrowDown");
    await input.press("ArrowDown");
    await input.press("Enter");
    const current = page.locator(`[id="${await input.getAttribute("aria-activedescendant")}"]`);
    expect(await lineOf(current)).toBe(true);
    await expect(current.locator("svg"), "a mark of the choice").toBeVisible();
    expect(await lineOf(page.getByRole("listbox").locator(".."))).toBe(true);
    expect(await lineOf(page.getByRole("list", { name: "Chosen" }).getByRole("listitem"))).toBe(true);
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`borders of inputs and placeholders are strong enough in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.goto("/segments/new");
    await chooseField(page.getByLabel("Field"), "Segment");
    await expect(page.getByRole("combobox", { name: "Value of Segment" })).toBeVisible();
    const weak = await page.evaluate(() => {
      const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      /** As drawn on what lies below. */
      function light(color: string, below: string): number {
        if (context === null) return 0;
        for (const style of [below, color]) {
          context.fillStyle = style;
          context.fillRect(0, 0, 1, 1);
        }
        const parts = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
        const [r = 0, g = 0, b = 0] = parts.map((part) =>
          part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      }
      function contrast(color: string, below: string): number {
        const [one, other] = [light(color, below), light(below, below)];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      }
      const surface = getComputedStyle(document.documentElement).getPropertyValue("--surface");
      const found: string[] = [];
      for (const element of document.querySelectorAll(".mantine-Input-input, .mantine-Switch-track")) {
        const ratio = contrast(getComputedStyle(element).borderTopColor, surface);
        if (ratio < 3) found.push(`border of ${element.className}: ${ratio.toFixed(2)}`);
      }
      for (const element of document.querySelectorAll<HTMLInputElement>("input[placeholder], textarea[placeholder]")) {
        const { color, opacity } = getComputedStyle(element, "::placeholder");
        const ratio = contrast(color, surface) * Number(opacity);
        if (element.placeholder !== "" && ratio < 4.5) found.push(`${element.placeholder}: ${ratio.toFixed(2)}`);
      }
      return found;
    });
    expect(weak).toEqual([]);
  });
}

test("hyphens in names are as wide as hyphens", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("link", { name: "7-Day Streak", exact: true })).toBeVisible();
  const wide = await page.getByRole("link", { name: "7-Day Streak", exact: true }).evaluate((link) => {
    return getComputedStyle(link).fontVariantNumeric;
  });
  expect(wide).toBe("normal");
});

test("without a connection, the notice covers nothing", async ({ page, pageErrors }) => {
  await page.goto("/segments/new");
  await page.getByLabel("Value of Plan").selectOption("PRO");
  await expect(page.getByText(/of [\d,]+ users/)).toBeVisible();
  await page.context().setOffline(true);
  await page.getByLabel("Value of Plan").selectOption("FREE");
  const notice = page.getByText("No connection to the server", { exact: false });
  await expect(notice).toBeVisible();
  const box = await notice.boundingBox();
  for (const name of ["Create segment", "Undo"]) {
    const button = await page.getByRole("button", { name, exact: true }).boundingBox();
    expect(button?.y, name).toBeGreaterThanOrEqual((box?.y ?? 0) + (box?.height ?? 0));
  }
  await page.context().setOffline(false);
  await expect(notice).toBeHidden();
  pageErrors.length = 0;
});
