// The two databases of the product, and a fresh one of either for each server.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { program } from "./program.ts";

/** `demo` is SQLite, too: with the history that `cargo xtask demo` makes. */
export type Database = "sqlite" | "postgres" | "demo";

export const NO_POSTGRES =
  "TEST_POSTGRES_URL is not set: run `cargo xtask test`, which needs `apt-get install postgresql`";

/** The address of a database that nobody else uses; a folder is given for those that are files. */
export function urlOfFresh(database: Database, folder: string): string {
  if (database === "postgres") return createOnServer(process.env.TEST_POSTGRES_URL);
  const file = join(folder, "test.sqlite");
  if (database === "demo") copyFileSync(program("DEMO_DATABASE"), file);
  return `sqlite://${file}`;
}

/** It goes when the throw-away server goes. */
function createOnServer(server: string | undefined): string {
  if (server === undefined) throw new Error(NO_POSTGRES);
  const name = `frontend_${randomBytes(8).toString("hex")}`;
  const create = ["--no-psqlrc", "--quiet", "--command", `create database ${name}`];
  execFileSync(program("PSQL"), [...create, server]);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
