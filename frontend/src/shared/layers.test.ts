// What several screens use is no screen's own.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "..");

/** What the files in a folder import, each with the file. */
function importsIn(folder: string): string[] {
  const files = readdirSync(join(SOURCES, folder), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(SOURCES, folder, file), "utf8");
      return [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, from = ""]) => `${join(folder, file)}: ${from}`);
    });
}

test("only the creator uses the inputs of the creator", () => {
  const used = importsIn(".").filter((line) => line.includes("creator/inputs/"));
  expect(used.filter((line) => !line.startsWith("creator/"))).toEqual([]);
});

test("what is shared uses no inputs of a screen", () => {
  const used = importsIn("shared");
  expect(used.length).toBeGreaterThan(50);
  expect(used.filter((line) => /\/(creator|analytics|people|runs|settings|webhooks)\//.test(line))).toEqual([]);
});
