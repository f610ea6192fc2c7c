// The entry `/console` of the package: the screens of the console with all that they need, but for React, TanStack Query and the client.
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, esmExternalRequirePlugin } from "vite";

const SOURCE = join(import.meta.dirname, "../src");
/** What the app has. */
const HOST = [/^@tanstack\/react-query$/, /^react(-dom)?(\/|$)/];
/** Stands for the elements of the screens, and has the specificity of a class. */
const ROOT = "[data-audience-console]";

/** A selector that fits only in the elements of the screens. What is said of the document is said of them. */
function scoped(selector: string): string {
  const ofDocument = /^(?::root|:host|html|body)(?![\w-])(?:\((.*)\))?/;
  if (ofDocument.test(selector)) return selector.replace(ofDocument, `${ROOT}$1`);
  const isOfRoot = /^(?::where\()?\[data-(?:mantine-color-scheme|respect-reduced-motion)/.test(selector);
  return isOfRoot ? ROOT + selector : `${ROOT} ${selector}`;
}

interface Rule {
  selectors: string[];
  parent: { type: string; name?: string } | undefined;
}

const scope = {
  postcssPlugin: "scope",
  Once(root: { walkRules: (change: (rule: Rule) => void) => void }) {
    root.walkRules((rule) => {
      const isStep = rule.parent?.type === "atrule" && rule.parent.name?.endsWith("keyframes");
      if (!isStep) rule.selectors = rule.selectors.map(scoped);
    });
  },
};

export default defineConfig({
  // Some of what is bundled asks for React as CommonJS does.
  plugins: [react(), esmExternalRequirePlugin({ external: HOST })],
  css: { postcss: { plugins: [scope] } },
  resolve: { alias: [{ find: /^.*\/api\/client\.ts$/, replacement: "@audience-segmentation/client" }] },
  build: {
    outDir: join(import.meta.dirname, "dist/embed"),
    lib: { entry: join(SOURCE, "embed/console.tsx"), formats: ["es"], fileName: "console", cssFileName: "console" },
    license: { fileName: "LICENSES.md" },
    rolldownOptions: {
      external: [/^@audience-segmentation\/client$/],
      output: {
        chunkFileNames: "[name]-[hash].js",
        // Together, so that styles keep their order.
        codeSplitting: { groups: [{ name: "styles", test: /\.css$/ }] },
      },
    },
  },
});
