// What axe finds, and whether everything is as narrow as the window: in light and dark, wide and narrow.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const LOOKS = (["light", "dark"] as const).flatMap((scheme) => [1280, 320].map((width) => ({ scheme, width })));

/** `above`: whether only the uppermost dialog is looked at. */
export async function expectAccessible(page: Page, above = false) {
  // Evaluated and not added as a script, which the policy forbids.
  await page.evaluate(AXE);
  for (const look of LOOKS) {
    await page.emulateMedia({ colorScheme: look.scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: look.width, height: 900 });
    await expect(page.locator(`html[data-mantine-color-scheme=${look.scheme}]`)).toBeVisible();
    const { violations, overflow } = await page.evaluate(inspect, above);
    expect(violations, JSON.stringify(look)).toEqual([]);
    expect(overflow, `${overflow} px too wide at ${look.width}`).toBeLessThanOrEqual(0);
  }
}

/** In the page: what axe finds, and by how much the page is too wide. */
async function inspect(above: boolean) {
  const { axe } = window as unknown as { axe: { run: (on: unknown, options: object) => Promise<Found> } };
  // An inherited color changes level by level, a frame or two for each, however short the transition.
  const isChanging = () => document.getAnimations().some((animation) => animation instanceof CSSTransition);
  for (let frame = 0; frame < 4 || (isChanging() && frame < 100); frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  const { violations } = await axe.run(above ? [...document.querySelectorAll("[role=dialog]")].at(-1) : document, {
    resultTypes: ["violations"],
  });
  return {
    violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`),
    overflow: document.documentElement.scrollWidth - window.innerWidth,
  };
}

interface Found {
  violations: { id: string; nodes: { html: string }[] }[];
}
