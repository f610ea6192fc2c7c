// What a page has to load, in KB of gzip. The build alone is measured, without a browser.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";

const INITIAL = "index.html";
const LIST = "src/segments/AudienceManager.tsx";
const DETAIL = "src/detail/SegmentDetailModal.tsx";
const CREATOR = "src/creator/CustomSegmentCreator.tsx";
const WEBHOOKS = "src/webhooks/WebhooksPage.tsx";

interface Limit {
  file: string;
  most: number;
  /** What is loaded already. */
  there?: string[];
}

/** What comes after the initial files, each with all that it imports. */
const LIMITS: Record<string, Limit> = {
  "list of segments": { file: LIST, most: 15 },
  "table of segments": { file: "src/segments/table/SegmentTable.tsx", most: 20, there: [INITIAL, LIST] },
  // The list lies behind it.
  detail: { file: DETAIL, most: 45, there: [INITIAL, LIST] },
  "members in the detail": { file: "src/detail/MembersPanel.tsx", most: 15, there: [INITIAL, LIST, DETAIL] },
  "segment page": { file: "src/detail/SegmentPage.tsx", most: 45 },
  // With all its inputs.
  builder: { file: CREATOR, most: 40 },
  people: { file: "src/people/screens.ts", most: 30 },
  runs: { file: "src/runs/screens.ts", most: 15 },
  activity: { file: "src/activity/screens.ts", most: 15 },
  alerts: { file: "src/alerts/screens.ts", most: 15 },
  settings: { file: "src/settings/SettingsPage.tsx", most: 15 },
  "tokens and event names": { file: "src/settings/screens.ts", most: 15 },
  palette: { file: "src/app/Palette.tsx", most: 35 },
  sync: { file: "src/sync/screens.ts", most: 30 },
  // The panel is on the page of a segment, and nowhere else.
  mail: { file: "src/engagement/screens.ts", most: 30, there: [INITIAL, LIST, DETAIL] },
  analytics: { file: "src/analytics/AnalyticsPage.tsx", most: 70 },
  ...Object.fromEntries(
    [
      "cohorts",
      "compare",
      "comparison",
      "conversion",
      "engagement",
      "flow",
      "forecast",
      "lift",
      "money",
      "overlap",
    ].map((report) => [
      report,
      { file: `src/analytics/${report}/${report.charAt(0).toUpperCase()}${report.slice(1)}Page.tsx`, most: 70 },
    ]),
  ),
  webhooks: { file: WEBHOOKS, most: 30 },
  // The dialogs open on the page of webhooks, and nowhere else.
  "a webhook's dialogs": { file: "src/webhooks/WebhookDialogs.ts", most: 40, there: [INITIAL, WEBHOOKS] },
};

test("the initial files are small", () => {
  const [js, css] = [size(INITIAL, [], "js"), size(INITIAL, [], "css")];
  console.info(`    initial: ${js} KB of JavaScript, ${css} KB of CSS`);
  expect(js).toBeLessThanOrEqual(150);
  expect(css).toBeLessThanOrEqual(18);
});

test("what each page needs besides is small", () => {
  for (const [name, { file, most, there = [INITIAL] }] of Object.entries(LIMITS)) {
    const found = size(file, there, "js");
    console.info(`    ${name}: ${found} of ${most} KB`);
    expect.soft(found, name).toBeLessThanOrEqual(most);
  }
});

interface Chunk {
  file: string;
  css?: string[];
  imports?: string[];
}

/** What a chunk and all that it imports weigh, less what is there already. */
function size(name: string, there: string[], kind: "js" | "css"): number {
  const manifest: Record<string, Chunk> = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
  const reach = (name: string, seen: Set<string>): Set<string> => {
    if (seen.has(name)) return seen;
    seen.add(name);
    const chunk = manifest[name];
    if (chunk === undefined) throw new Error(`the build has no ${name}`);
    for (const next of chunk.imports ?? []) reach(next, seen);
    return seen;
  };
  const known = there.reduce((seen, name) => reach(name, seen), new Set<string>());
  const chunks = [...reach(name, new Set())].filter((name) => !known.has(name)).map((name) => manifest[name]);
  const files = new Set(chunks.flatMap((chunk) => (kind === "js" ? [chunk?.file ?? ""] : (chunk?.css ?? []))));
  const bytes = [...files].map((file) => gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length);
  return Math.round(bytes.reduce((one, other) => one + other, 0) / 102.4) / 10;
}
