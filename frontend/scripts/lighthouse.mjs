// What Lighthouse says of the list with 213 segments on a phone, of a demonstration that is being served:
// `npm run lighthouse -- ADDRESS [RUNS]`, with the address that `cargo xtask demo` prints, which signs in. It creates the
// segments that are missing. Lighthouse is not among the packages of the console: it needs 200 more.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { demonstration } from "./demonstration.mjs";

const LIGHTHOUSE = "lighthouse@12.8.2";
const SEGMENTS = 213;
/** `most` or `least` is the bar. */
const FIGURES = [
  { name: "performance", of: ({ categories }) => 100 * categories.performance.score, least: 80 },
  { name: "blocked ms", of: ({ audits }) => audits["total-blocking-time"].numericValue, most: 600 },
  { name: "layout shift", of: ({ audits }) => audits["cumulative-layout-shift"].numericValue, most: 0.05 },
  { name: "first paint ms", of: ({ audits }) => audits["first-contentful-paint"].numericValue },
  { name: "largest paint ms", of: ({ audits }) => audits["largest-contentful-paint"].numericValue },
];

const [address, runs = "5"] = process.argv.slice(2);
const { call } = demonstration(address, "lighthouse -- 'http://127.0.0.1:8080/#token=…' [RUNS]");

function measure(folder) {
  const file = join(folder, "report.json");
  const flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run";
  execFileSync(
    "npx",
    ["--yes", LIGHTHOUSE, address, "--quiet", "--only-categories=performance", "--output=json"].concat(
      `--output-path=${file}`,
      `--chrome-flags=${flags}`,
    ),
    { stdio: ["ignore", "ignore", "inherit"], env: { CHROME_PATH: "/usr/bin/chromium", ...process.env } },
  );
  const report = JSON.parse(readFileSync(file, "utf8"));
  if (report.runtimeError !== undefined) throw new Error(report.runtimeError.message);
  return FIGURES.map(({ of }) => of(report));
}

const { total } = await call("getSegments", { includeInactive: true });
for (let place = total; place < SEGMENTS; place += 1) {
  const criteria = [{ field: "level", operator: ">", value: place % 9 }];
  await call("createCustomSegment", { name: `Audience ${place}`, combineWith: "AND", criteria });
}
const folder = mkdtempSync(join(tmpdir(), "lighthouse-"));
try {
  const measured = Array.from({ length: Number(runs) }, () => measure(folder));
  for (const [place, { name, least, most }] of FIGURES.entries()) {
    const values = measured.map((figures) => figures[place]).sort((one, other) => one - other);
    const median = values[Math.floor(values.length / 2)];
    const bar = least !== undefined ? `, at least ${least}` : most !== undefined ? `, at most ${most}` : "";
    const isMissed = (least !== undefined && median < least) || (most !== undefined && median > most);
    const text = values.map((value) => Math.round(value * 100) / 100).join(" ");
    process.stdout.write(`${name}: ${text}${bar}${isMissed ? ": missed by the median" : ""}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
