// A server of the API over a database of its own. `cargo xtask test` says where the programs are.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, urlOfFresh } from "./database.ts";
import { program } from "./program.ts";
import { StandIn } from "./standIn.ts";

/** Whether sync is set up, and whether anybody answers. */
export type Mail = "none" | "unreachable" | "standIn";

const MAIL: Record<Mail, NodeJS.ProcessEnv> = {
  none: {},
  unreachable: { RESEND_API_KEY: "re_unreachable", RESEND_BASE_URL: "http://127.0.0.1:9" },
  standIn: {},
};

export class Server {
  private constructor(
    private readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly process: ChildProcess,
    readonly url: string,
    /** The mail service, if it has one that answers. */
    readonly resend: StandIn | undefined,
  ) {}

  /** Takes in users, lets the engine run, and serves. */
  static async start(
    database: Database,
    usersCsv: string,
    serveOptions: string[] = [],
    mail: Mail = "unreachable",
  ): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "audience-frontend-"));
    const address = `127.0.0.1:${await freePort()}`;
    const resend = mail === "standIn" ? await StandIn.start(`http://${address}/api/webhooks/resend`) : undefined;
    try {
      const env = {
        ...process.env,
        DATABASE_URL: urlOfFresh(database, folder),
        // The server does not start without, or with one that could be guessed.
        CRON_SECRET: randomBytes(32).toString("hex"),
        ...(resend?.variables() ?? MAIL[mail]),
      };
      writeFileSync(join(folder, "users.csv"), usersCsv);
      run("SEGMENTATION_ENGINE", ["migrate"], env);
      run("SEGMENTATION_ENGINE", ["import", "--users", join(folder, "users.csv")], env);
      run("SEGMENTATION_ENGINE", ["run"], env);
      const args = ["serve", "--listen", address, "--log", "error", ...serveOptions];
      const child = spawn(program("RPC_SERVER"), args, { env, stdio: ["ignore", "inherit", "inherit"] });
      const server = new Server(folder, env, child, `http://${address}/rpc`, resend);
      await server.isReady(`http://${address}/readyz`);
      return server;
    } catch (error) {
      await resend?.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** A new token for who has that role. */
  tokenOf(role: "ADMIN" | "SUPERADMIN", name = "frontend"): string {
    return run("RPC_SERVER", ["token", "create", "--name", name, "--role", role], this.env).trim();
  }

  /** Makes the token of that name void. */
  revoke(name: string) {
    const lines = run("RPC_SERVER", ["token", "list"], this.env).split("\n");
    const [id] = lines.find((line) => line.endsWith(` ${name}`))?.split(" ") ?? [];
    if (id === undefined) throw new Error(`there is no token ${name}`);
    run("RPC_SERVER", ["token", "revoke", id], this.env);
  }

  /** Starts the engine on the same database, beside the server. */
  engine(...args: string[]): ChildProcess {
    return spawn(program("SEGMENTATION_ENGINE"), args, { env: this.env, stdio: "ignore" });
  }

  async stop() {
    const hasEnded = this.process.exitCode === null ? once(this.process, "exit") : undefined;
    this.process.kill("SIGKILL");
    await hasEnded;
    await this.resend?.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async isReady(url: string) {
    const limit = Date.now() + 60_000;
    while (Date.now() < limit && this.process.exitCode === null) {
      const response = await fetch(url).catch(() => undefined);
      if (response?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.stop();
    throw new Error("the server did not start");
  }
}

function run(variable: string, args: string[], env: NodeJS.ProcessEnv): string {
  // What it says on standard error is shown only when it fails.
  return execFileSync(program(variable), args, { env, encoding: "utf8", stdio: "pipe" });
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createServer();
    socket.once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const address = socket.address();
      const port = typeof address === "object" ? address?.port : undefined;
      socket.close(() => (port === undefined ? reject(new Error("no port")) : resolve(port)));
    });
  });
}
