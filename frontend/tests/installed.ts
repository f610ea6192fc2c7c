// A new project, outside of this repository, that has installed the package of the client from its tarball.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type PreviewServer, preview } from "vite";

const FRONTEND = join(import.meta.dirname, "..");
const PACKAGE = join(FRONTEND, "client");
/** What a host app has, at the versions of the console. */
const OF_THE_HOST = [
  "@tanstack/query-core",
  "@tanstack/react-query",
  "@types/react",
  "@types/react-dom",
  "@vitejs/plugin-react",
  "csstype",
  "react",
  "react-dom",
  "scheduler",
  "vite",
];

/** What `npm pack` says of a tarball. */
export interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}

export class Installed {
  private constructor(
    readonly folder: string,
    readonly packed: Packed,
  ) {}

  static create(): Installed {
    const folder = mkdtempSync(join(tmpdir(), "audience-client-"));
    const said = run("npm", ["pack", "--json", "--silent", "--pack-destination", folder], PACKAGE);
    const [packed] = JSON.parse(said) as Packed[];
    if (packed === undefined) throw new Error("npm packed nothing");
    const project = new Installed(folder, packed);
    project.write("package.json", JSON.stringify({ name: "host", private: true, type: "module" }));
    run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${packed.filename}`], folder);
    for (const name of OF_THE_HOST) project.link(name);
    return project;
  }

  write(file: string, text: string) {
    writeFileSync(join(this.folder, file), text);
  }

  /** Puts the package's example app into the project, builds it, and serves it with a proxy to a server of the API. */
  async serveExample(origin: string, token: string): Promise<PreviewServer> {
    this.addExample();
    process.env.AUDIENCE_SERVER = origin;
    process.env.AUDIENCE_TOKEN = token;
    const options = { root: this.folder, logLevel: "error" } as const;
    await build(options);
    return preview({ ...options, preview: { host: "127.0.0.1", port: 0 } });
  }

  addExample() {
    cpSync(join(PACKAGE, "example"), this.folder, { recursive: true });
  }

  /** Links a package that is installed here. */
  link(name: string) {
    const path = join(this.folder, "node_modules", name);
    mkdirSync(join(path, ".."), { recursive: true });
    symlinkSync(join(FRONTEND, "node_modules", name), path);
  }

  /** The result of the type checker for all files, with its strict settings and those of the options. */
  check(...options: string[]): string {
    return run(
      join(FRONTEND, "node_modules/.bin/tsc"),
      ["--noEmit", "--strict", "--jsx", "react-jsx", "--target", "es2022", ...options],
      this.folder,
    );
  }

  /** Makes one file of a module and all that it imports, `dist/NAME.js`: for a page, or for Node, which has the packages. */
  async bundle(entry: string, { ssr = false } = {}) {
    await build({
      root: this.folder,
      configFile: false,
      logLevel: "error",
      build: {
        ssr,
        emptyOutDir: false,
        rolldownOptions: {
          input: join(this.folder, entry),
          preserveEntrySignatures: "strict",
          output: { entryFileNames: "[name].js" },
        },
      },
    });
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The examples in the package's README, in their order. */
export function examples(language: "ts" | "tsx"): string[] {
  const text = readFileSync(join(PACKAGE, "README.md"), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(([, example = ""]) => example);
}

function run(program: string, args: string[], cwd: string): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
