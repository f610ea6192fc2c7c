import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import type { SaveWebhookParams, Webhook } from "../api/client.ts";
import { useSaveWebhook } from "./mutations.ts";

const STORED = {
  webhookId: "wh_1",
  url: "https://hooks.example.org/audience?key=1",
  events: ["segment.entered"],
  segments: ["plan:pro"],
  personal: true,
  state: "off",
} as Webhook;

afterEach(() => vi.unstubAllGlobals());

test("what a change does not name is saved as it is stored, and not as it was on the screen", async () => {
  const saved: SaveWebhookParams[] = [];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const { id, method, params } = JSON.parse(body);
    if (method === "adminAudience.saveWebhook") saved.push(params);
    return new Response(JSON.stringify({ jsonrpc: "2.0", id, result: { webhooks: [STORED], secret: null } }));
  });
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  // As an ADMIN sees it, before somebody else changed it.
  const shown: Webhook = { ...STORED, url: "https://hooks.example.org", state: "on", personal: false };
  const { result } = renderHook(() => useSaveWebhook(shown), { wrapper });
  result.current.mutate({ rotateSecret: true });
  await waitFor(() => expect(saved).toHaveLength(1));
  expect(saved[0]).toEqual({ ...STORED, rotateSecret: true });
});
