// Screens get the client by their query client, as `shared/api.ts` says, so that each can be shown with another one.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const SOURCES = join(import.meta.dirname, "..");

test("only the frame knows the client of the console", () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
  const importing = files.filter((file) =>
    /(from|import\() ?"(\.\.\/)+app\/api\.ts"/.test(readFileSync(join(SOURCES, file), "utf8")),
  );
  expect(importing).toEqual([]);
});
