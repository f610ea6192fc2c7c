// The console: `npm run dev` serves it with a proxy to a server, `npm run build` writes what `rpc-server` serves at `/`.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const OUT = "dist";
const COMPRESSED = /\.(css|html|js|svg)$/;

/** Each file also as gzip, so that the server need not compress. */
function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    closeBundle() {
      for (const file of readdirSync(OUT, { recursive: true, encoding: "utf8" })) {
        if (COMPRESSED.test(file)) {
          writeFileSync(join(OUT, `${file}.gz`), gzipSync(readFileSync(join(OUT, file)), { level: 9 }));
        }
      }
    },
  };
}

const server = process.env.SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), compressed()],
  server: { proxy: { "/rpc": server, "/healthz": server } },
  build: {
    outDir: OUT,
    // Nothing inline: the server's content security policy allows no `data:` scripts or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
});
