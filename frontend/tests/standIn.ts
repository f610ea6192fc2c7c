// The stand-in for Resend, as a process. Events go to the webhook of a server at once.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { program } from "./program.ts";

/** What a recipient, or somebody at Resend, does. */
export type Deed = "unsubscribe" | "resubscribe" | "bounce" | "complain" | "lift" | "delete";

/** What the stand-in accepts, and signs with. */
export const KEY = "re_fake_key";
export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export class StandIn {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  /** `webhook` is where events go. */
  static async start(webhook: string): Promise<StandIn> {
    const args = ["--listen", "127.0.0.1:0", "--deliver-to", webhook];
    const child = spawn(program("RESEND_FAKE"), args, { stdio: ["ignore", "pipe", "inherit"] });
    // It says its address as soon as it listens.
    const [url] = await once(child.stdout, "data");
    return new StandIn(child, String(url).trim());
  }

  /** For the environment of the server: the key and the secret that it expects. */
  variables(): NodeJS.ProcessEnv {
    return {
      RESEND_API_KEY: KEY,
      RESEND_BASE_URL: this.url,
      RESEND_WEBHOOK_SECRET: SECRET,
      RESEND_MAX_RATE: "500",
    };
  }

  async does(deed: Deed, email: string) {
    const response = await fetch(this.url, {
      method: "POST",
      body: new URLSearchParams({ email, deed }),
      redirect: "manual",
    });
    if (response.status >= 400) throw new Error(`the stand-in answered ${response.status}`);
  }

  /** Calls its API, as another program with the key would. */
  async call(method: "POST" | "DELETE", path: string, body: object = {}) {
    const headers = { authorization: `Bearer ${KEY}`, "content-type": "application/json", "user-agent": "tests" };
    const response = await fetch(`${this.url}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the stand-in answered ${response.status} to ${method} ${path}`);
  }

  /** The page on which it shows what it holds. */
  async page(): Promise<string> {
    return (await fetch(this.url)).text();
  }

  async stop() {
    const hasEnded = this.process.exitCode === null ? once(this.process, "exit") : undefined;
    this.process.kill("SIGKILL");
    await hasEnded;
  }
}
