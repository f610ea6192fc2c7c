// The package of the client, as a stranger gets it: from its tarball, in a project of its own, by the examples of its README.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examples, Installed } from "./installed.ts";
import { Server } from "./server.ts";
import { THREE_USERS } from "./users.ts";

/** In bytes, as sent. */
const MOST_IN_A_PAGE = 3_000;
const MOST_STYLES = 24_000;
const MOST_AT_FIRST = 100_000;
const MOST_IN_ALL = 280_000;

/** Each call is wrong in its line. */
const REFUSED = `
  import { createClient } from "@audience-segmentation/client";
  const client = createClient({ url: "/rpc" });
  // @ts-expect-error: not a boolean
  client.call("adminAudience.getSegments", { includeInactive: "no" });
  // @ts-expect-error: no params
  client.call("adminAudience.getSegment");
  // @ts-expect-error: no such method
  client.call("adminAudience.getSegmets");
`;
/** The type checker reads all types of the package and of React, also to make the tarball. */
const CHECK = 300_000;

describe("the package of the client", () => {
  let project: Installed;

  beforeAll(() => {
    project = Installed.create();
    for (const [index, text] of examples("ts").entries()) project.write(`example-${index}.ts`, text);
    for (const [index, text] of examples("tsx").entries()) project.write(`app-${index}.tsx`, text);
    project.write("refused.ts", REFUSED);
    project.link("@types/node");
    project.link("undici-types");
  }, CHECK);
  afterAll(() => project?.remove());

  test("has the modules, their types, the README and the licenses, and no dependency", () => {
    const modules = ["client", "methods.generated", "react", "types.generated"];
    const files = modules.flatMap((name) => [`dist/api/${name}.d.ts`, `dist/api/${name}.js`]);
    const screens = ["console.js", "console.d.ts", "props.d.ts", "console.css", "console.css.d.ts", "LICENSES.md"];
    const chunk = /^dist\/embed\/.+-[\w-]{8}\.js$/;
    const packed = project.packed.files.map(({ path }) => path);
    expect(packed.filter((path) => !chunk.test(path)).sort()).toEqual(
      [
        ...["LICENSE", "README.md", "package.json", "dist/openrpc.json"],
        ...files,
        ...screens.map((name) => `dist/embed/${name}`),
      ].sort(),
    );
    const installed = join(project.folder, "node_modules/@audience-segmentation/client/package.json");
    const manifest = JSON.parse(readFileSync(installed, "utf8"));
    expect(manifest).not.toHaveProperty("dependencies");
    const workspace = readFileSync(join(import.meta.dirname, "../../Cargo.toml"), "utf8");
    expect(manifest.version, "that of the server").toBe(/^version = "(.+)"$/m.exec(workspace)?.[1]);
  });

  test.each([
    ["Node", ["--module", "nodenext", "--types", "node"]],
    ["a bundler", ["--module", "esnext", "--moduleResolution", "bundler", "--types", "node", "--lib", "es2022,dom"]],
  ])(
    "its examples, and no wrong call, pass the strict type checker as %s resolves them",
    (_, options) => {
      const files = readdirSync(project.folder).filter((file) => /\.tsx?$/.test(file));
      expect(files.length).toBe(5);
      expect(project.check(...options, ...files)).toBe("");
    },
    CHECK,
  );

  test("its first example works in Node", async () => {
    const server = await Server.start("sqlite", THREE_USERS);
    try {
      // Node of this version does not read TypeScript; what it has beyond JavaScript is removed by the bundler.
      await project.bundle("example-0.ts", { ssr: true });
      const said = execFileSync("node", ["dist/example-0.js"], {
        cwd: project.folder,
        encoding: "utf8",
        env: { ...process.env, AUDIENCE_URL: server.url, AUDIENCE_TOKEN: server.tokenOf("ADMIN") },
      });
      expect(said).toContain("Pro Users: 2\n");
      expect(said).toMatch(/\d active users\n$/);
    } finally {
      await server.stop();
    }
  });

  test(
    "its example app passes the strict type checker",
    () => {
      project.addExample();
      expect(project.check("--project", ".")).toBe("");
    },
    CHECK,
  );

  test("the screens have no effect when they are imported, and nothing in them needs a browser before they are shown", () => {
    project.write(
      "server.js",
      `import { createClient } from "@audience-segmentation/client";
       const before = Object.keys(globalThis);
       const { AudienceManager } = await import("@audience-segmentation/client/console");
       const { createElement } = await import("react");
       const { renderToString } = await import("react-dom/server");
       console.log(renderToString(createElement(AudienceManager, { client: createClient({ url: "/rpc" }) })));
       console.log(Object.keys(globalThis).filter((name) => !before.includes(name)).join());`,
    );
    const said = execFileSync("node", ["server.js"], { cwd: project.folder, encoding: "utf8" });
    expect(said).toMatch(/^<div data-audience-console="page"[^>]*><\/div>\n\n$/);
  });

  test("all styles of the screens are said of their elements only", () => {
    const css = readFileSync(
      join(project.folder, "node_modules/@audience-segmentation/client/dist/embed/console.css"),
      "utf8",
    );
    // Without the steps of animations, which name no elements.
    const rules = css.replace(/@keyframes [^{]+\{(?:[^{}]*\{[^{}]*\})*\}/g, "");
    const selectors = [...rules.matchAll(/(?<=^|[{}])([^{}@;]+)\{/g)].map(([, selector = ""]) => selector);
    expect(selectors.length).toBeGreaterThan(500);
    expect(selectors.filter((selector) => !selector.startsWith("[data-audience-console]"))).toEqual([]);
    expect(css).not.toContain("@font-face");
    expect(gzipSync(css).length).toBeLessThan(MOST_STYLES);
  });

  test("the list is small, and the other screens come when they are opened", () => {
    const folder = join(project.folder, "node_modules/@audience-segmentation/client/dist/embed");
    const first = new Set<string>();
    const follow = (file: string) => {
      if (first.has(file)) return;
      first.add(file);
      const text = readFileSync(join(folder, file), "utf8");
      for (const [, next = ""] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) follow(next);
    };
    follow("console.js");
    const sizeOf = (files: Iterable<string>) =>
      [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
    expect(sizeOf(first)).toBeLessThan(MOST_AT_FIRST);
    expect(sizeOf(readdirSync(folder).filter((file) => file.endsWith(".js")))).toBeLessThan(MOST_IN_ALL);
  });

  test("it is small in a page", async () => {
    project.write("page.ts", 'export { createClient, RpcError } from "@audience-segmentation/client";\n');
    await project.bundle("page.ts");
    expect(gzipSync(readFileSync(join(project.folder, "dist/page.js"))).length).toBeLessThan(MOST_IN_A_PAGE);
  });
});
