import { describe } from "vitest";
import { type Database, NO_POSTGRES } from "./database.ts";

/** Declares tests once for each database. Without PostgreSQL, those on it are skipped with a warning; in CI they fail. */
export function onBothDatabases(declare: (database: Database) => void) {
  const isMissing = process.env.TEST_POSTGRES_URL === undefined && process.env.CI !== "true";
  if (isMissing) console.warn(`Skipped on PostgreSQL: ${NO_POSTGRES}`);
  describe("on SQLite", () => declare("sqlite"));
  describe.skipIf(isMissing)("on PostgreSQL", () => declare("postgres"));
}
