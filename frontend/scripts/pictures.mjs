// Takes the pictures of the README, of a demonstration that is being served: `npm run pictures -- ADDRESS`, with the address
// that `cargo xtask demo` prints, which signs in. Names are in many scripts: `apt-get install fonts-noto` has them all.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { demonstration } from "./demonstration.mjs";

const [address] = process.argv.slice(2);
const { origin, token, call } = demonstration(address, "pictures -- 'http://127.0.0.1:8080/#token=…'");
const folder = join(import.meta.dirname, "../../docs/images");

/** A definition with something of everything: a list, a group, a span of time, another segment. */
const SEGMENT = {
  name: "Pro on a streak",
  description: "For the autumn campaign",
  combineWith: "AND",
  criteria: [
    { field: "plan", operator: "in", value: ["PRO", "PREMIUM"] },
    { field: "currentStreak", operator: ">=", value: 5 },
    {
      combineWith: "OR",
      criteria: [
        { field: "quizAttempts", operator: ">=", value: 3, within: "7d" },
        { field: "segment", operator: "in", value: ["behavior:power_users"] },
      ],
    },
  ],
};

const browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const executablePath = process.env.CHROMIUM ?? browsers.find((path) => existsSync(path));
const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });

async function picture(name, path, { height = 860, colorScheme = "light" }, reach) {
  const context = await browser.newContext({ viewport: { width: 1280, height }, colorScheme, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.addInitScript((given) => sessionStorage.setItem("audience.token", given), token);
  await page.goto(origin + path);
  await reach(page);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
}

try {
  await picture("segments", "/", { height: 830 }, (page) => page.getByRole("img").nth(12).waitFor());
  await picture("detail", "/segments/lifecycle/active", {}, async (page) => {
    await page.getByRole("table", { name: "Members" }).waitFor();
    const chart = page.getByRole("img", { name: /^Size by day/ });
    await chart.hover();
  });
  const { segment } = await call("createCustomSegment", SEGMENT);
  try {
    await picture("builder", `/segments/${segment.segmentValue}/edit`, { colorScheme: "dark" }, async (page) => {
      await page.getByLabel("Value of Current streak").fill("7");
      await page.getByText("If you save this").waitFor();
      await page.getByText(/is at least 7/).waitFor();
    });
  } finally {
    await call("deleteCustomSegment", { segmentValue: segment.segmentValue });
  }
} finally {
  await browser.close();
}
