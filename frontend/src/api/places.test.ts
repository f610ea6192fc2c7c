// Every method that a person would use has a place in the console.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "..");

/** Methods without a place, and why. */
const WITHOUT: Record<string, string> = {
  "adminAudience.getSegmentMembersAsOf": "compareAsOf lists the same people, with a choice of two times",
  "adminAudience.getSyncRun": "getSyncStatus has the sync that is active, and listSyncRuns the others",
  "adminAudience.recordEvents": "your app sends events, not a person",
  "adminAudience.recordQuizAttempts": "your app sends quizzes, not a person",
  "adminAudience.upsertUsers": "your app sends users, not a person",
  "adminAudience.voidEvents": "your app takes back what it sent",
  "rpc.discover": "a document for programs, not for a person",
};

function methods(): string[] {
  const generated = readFileSync(join(SOURCES, "api/methods.generated.ts"), "utf8");
  return [...generated.matchAll(/^ {2}"([\w.]+)": \{ params:/gm)].map(([, name = ""]) => name);
}

/** All that screens and hooks ask for, by the text of their calls. */
function called(): Set<string> {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !file.startsWith("api/"),
  );
  const texts = files.map((file) => readFileSync(join(SOURCES, file), "utf8"));
  return new Set(texts.flatMap((text) => [...text.matchAll(/call\(\s*"([\w.]+)"/g)].map(([, name = ""]) => name)));
}

test("methods without a place in the console are known, with the reason", () => {
  const used = called();
  const all = methods();
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((name) => !used.has(name)).sort()).toEqual(Object.keys(WITHOUT).sort());
});

test("the console asks for nothing that the API does not have", () => {
  const all = new Set(methods());
  expect([...called()].filter((name) => !all.has(name))).toEqual([]);
});
