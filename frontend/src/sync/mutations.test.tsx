import { QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { toast } from "../shared/toasts.ts";
import { testQueryClient } from "../testing/queryClient.ts";
import { useSetSync } from "./mutations.ts";
import { syncStatusQuery } from "./statusQuery.ts";

vi.mock("../shared/toasts.ts", () => ({ toast: vi.fn(), toastError: vi.fn() }));

afterEach(() => vi.unstubAllGlobals());

test.each([
  [false, "The next sync adds its people at Resend."],
  [true, "All syncs are paused. Its people are added at Resend after you resume them."],
])("switching on while all syncs are paused (%s) says what follows", async (paused, text) => {
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const { id } = JSON.parse(body);
    return new Response(JSON.stringify({ jsonrpc: "2.0", id, result: { sync: null } }));
  });
  const client = testQueryClient();
  client.setQueryData(syncStatusQuery.queryKey, { paused } as never);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useSetSync({ segmentType: "plan", segmentValue: "pro" }, "Pro Users"), {
    wrapper,
  });
  result.current.mutate({ state: "on" });
  await waitFor(() =>
    expect(toast).toHaveBeenLastCalledWith({ tone: "done", title: "Sync for Pro Users is on", text }),
  );
});
