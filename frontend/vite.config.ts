// The console: `npm run dev` serves it with a proxy to a server, `npm run build` writes what `rpc-server` serves at `/`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const OUT = "dist";
const COMPRESSED = /\.(css|html|js|svg)$/;

/**
 * The folder is emptied but for what keeps it in the repository: from a folder that comes after the program, `rpc-server`
 * serves nothing.
 */
function emptied(): Plugin {
  return {
    name: "emptied",
    apply: "build",
    buildStart() {
      // The image is built from a tree without it.
      mkdirSync(OUT, { recursive: true });
      for (const file of readdirSync(OUT)) {
        if (file !== ".gitignore") rmSync(join(OUT, file), { recursive: true });
      }
    },
  };
}

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

/** What nearly every page shows. */
const BASICS =
  /@mantine\/core\/esm\/(core|components\/(ActionIcon|Button|CloseButton|Input|InputBase|Loader|Skeleton|TextInput|UnstyledButton))\/|src\/shared\/(ButtonLink|ErrorNotice|Notice|Page|PageTitle|Panel|Time|useDocumentTitle)\./;

const server = process.env.SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react(), emptied(), compressed()],
  server: { proxy: { "/rpc": server, "/healthz": server } },
  build: {
    outDir: OUT,
    emptyOutDir: false,
    // Nothing inline: the server's content security policy allows no `data:` scripts or fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    rolldownOptions: {
      output: {
        // Nearly every page needs these. Together they are smaller than in a chunk for each set of pages that shares them.
        codeSplitting: {
          groups: [
            {
              name: "frame",
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(?!react-virtual|virtual-core)[^/]+)\//,
            },
            { name: "basics", test: BASICS },
          ],
        },
      },
    },
  },
});
