// Whether all is seen and can be used at 200 % and at 400 % zoom, in a window of 1280 × 800.
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

const ZOOMS = [
  ["200 %", { width: 640, height: 400 }],
  ["400 %", { width: 320, height: 200 }],
] as const;

/** `above`: whether the uppermost dialog has to stay. */
export async function expectWholeWhenZoomed(page: Page, above = false) {
  for (const [zoom, viewport] of ZOOMS) {
    await page.setViewportSize(viewport);
    await page.evaluate(twoFrames);
    if (above) await expect(page.getByRole("dialog").last(), `at ${zoom}`).toBeVisible();
    // A chart becomes narrower after what is around it.
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await expect.poll(overflow, `px too wide at ${zoom}`).toBeLessThanOrEqual(0);
    expect(await page.evaluate(cutTexts), `cut at ${zoom}`).toEqual([]);
    expect(await page.evaluate(coveredControls), `covered at ${zoom}`).toEqual([]);
  }
}

function twoFrames() {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
}

/** In the page: texts that reach beyond what has a border or a background, or beyond the window, without a way to scroll to them. */
function cutTexts(): string[] {
  const root = [...document.querySelectorAll("[role=dialog]")].at(-1) ?? document.body;
  function isCut(element: Element, { left, right, top, bottom }: DOMRect): boolean {
    for (let around: Element | null = element; around !== null; around = around.parentElement) {
      const style = getComputedStyle(around);
      const box = around.getBoundingClientRect();
      const isBeside = right > box.right + 1 || left < box.left - 1;
      const isBelow = bottom > box.bottom + 2 || top < box.top - 2;
      // What is clipped away is for screen readers.
      if (style.clipPath !== "none") return false;
      if (/auto|scroll/.test(style.overflowX) || style.textOverflow === "ellipsis") return false;
      if (style.webkitLineClamp !== "none") return false;
      if (/hidden|clip/.test(style.overflowX) && (isBeside || isBelow)) return true;
      const hasFrame = style.borderRightWidth !== "0px" || !/ 0\)$/.test(style.backgroundColor);
      if (hasFrame && style.display !== "inline" && isBeside) return true;
    }
    return right > window.innerWidth + 1 || left < -1;
  }
  const found: string[] = [];
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: element, textContent } = texts.currentNode;
    if (element === null || textContent?.trim() === "" || !element.checkVisibility()) continue;
    // What only screen readers have, what only is seen beside a text, and what browsers draw.
    if (element.closest(".unseen, [aria-hidden=true], svg, option, [class*=head]:not(:focus-within)") !== null)
      continue;
    const range = document.createRange();
    range.selectNodeContents(texts.currentNode);
    if ([...range.getClientRects()].some((rect) => rect.width > 1 && isCut(element, rect)))
      found.push(textContent ?? "");
  }
  return found;
}

/** In the page: what can be used, but lies below something else after it has the focus and was scrolled to. */
async function coveredControls(): Promise<string[]> {
  const root = [...document.querySelectorAll("[role=dialog]")].at(-1) ?? document.body;
  const nameOf = (element: Element) => (element.getAttribute("aria-label") ?? element.textContent ?? "").slice(0, 40);
  const found: string[] = [];
  for (const control of root.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary")) {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.matches(":disabled, [tabindex='-1']"))
      continue;
    // Some are seen only while they have the focus.
    control.focus({ preventScroll: true });
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await Promise.allSettled(control.getAnimations().map(({ finished }) => finished));
    control.scrollIntoView({ block: "center", inline: "center" });
    const [box] = control.getClientRects();
    if (box === undefined) continue;
    const hit = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 30) / 2);
    // An open menu covers what is seen again when it closes.
    if (hit?.closest("[role=menu]") != null) continue;
    const isIt =
      hit !== null && (control.contains(hit) || hit.contains(control) || hit.closest("label")?.control === control);
    if (!isIt) found.push(`${nameOf(control)} by ${hit === null ? "the edge" : nameOf(hit)}`);
  }
  return found;
}
