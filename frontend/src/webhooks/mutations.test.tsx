import { QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import type { SaveWebhookParams, Webhook } from "../api/client.ts";
import { testQueryClient } from "../testing/queryClient.ts";
import { useSaveWebhook } from "./mutations.ts";

const SHOWN = {
  webhookId: "wh_1",
  // As an ADMIN sees it: shortened.
  url: "https://hooks.example.org",
  events: ["segment.entered"],
  segments: ["plan:pro"],
  personal: true,
  state: "off",
} as Webhook;

afterEach(() => vi.unstubAllGlobals());

test("what a change does not name is not sent, and so stays as it is stored", async () => {
  const saved: SaveWebhookParams[] = [];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const { id, method, params } = JSON.parse(body);
    if (method === "adminAudience.saveWebhook") saved.push(params);
    return new Response(JSON.stringify({ jsonrpc: "2.0", id, result: { webhook: SHOWN, secret: null } }));
  });
  const client = testQueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useSaveWebhook(SHOWN), { wrapper });
  result.current.mutate({ rotateSecret: true });
  await waitFor(() => expect(saved).toHaveLength(1));
  expect(saved[0]).toEqual({ webhookId: "wh_1", rotateSecret: true });
});
