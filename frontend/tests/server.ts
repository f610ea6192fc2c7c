// A server of the API over a database of its own. `cargo xtask test` says where the programs are.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class Server {
  private constructor(
    private readonly folder: string,
    private readonly process: ChildProcess,
    readonly url: string,
    readonly token: string,
  ) {}

  /** Takes in users, lets the engine run, and serves. */
  static async start(usersCsv: string, serveOptions: string[] = []): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "audience-frontend-"));
    const env = { ...process.env, DATABASE_URL: `sqlite://${join(folder, "test.sqlite")}` };
    const run = (program: string, args: string[]) => execFileSync(program, args, { env, encoding: "utf8" });
    writeFileSync(join(folder, "users.csv"), usersCsv);
    const engine = program("SEGMENTATION_ENGINE");
    const server = program("RPC_SERVER");
    run(engine, ["import", "--users", join(folder, "users.csv")]);
    run(engine, ["run"]);
    const token = run(server, ["token", "create", "--name", "frontend", "--role", "ADMIN"]).trim();
    const address = `127.0.0.1:${await freePort()}`;
    const args = ["serve", "--listen", address, "--log", "error", ...serveOptions];
    const child = spawn(server, args, { env, stdio: ["ignore", "inherit", "inherit"] });
    const started = new Server(folder, child, `http://${address}/rpc`, token);
    await started.isReady(`http://${address}/readyz`).catch(async (error) => {
      await started.stop();
      throw error;
    });
    return started;
  }

  async stop() {
    const hasEnded = this.process.exitCode === null ? once(this.process, "exit") : undefined;
    this.process.kill("SIGKILL");
    await hasEnded;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async isReady(url: string) {
    const limit = Date.now() + 15_000;
    while (Date.now() < limit && this.process.exitCode === null) {
      const response = await fetch(url).catch(() => undefined);
      if (response?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("the server did not start");
  }
}

function program(variable: string): string {
  const path = process.env[variable];
  if (path === undefined) throw new Error(`${variable} is not set: run \`cargo xtask test\``);
  return path;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createServer();
    socket.once("error", reject);
    socket.listen(0, "127.0.0.1", () => {
      const address = socket.address();
      socket.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
