import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** Refetches everything about sync, and the mail state of members, which is below the key `segment`. */
export function useInvalidateSync() {
  const client = useQueryClient();
  return useCallback(async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ["sync"] }),
      client.invalidateQueries({ queryKey: ["segment"] }),
    ]);
  }, [client]);
}
