import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/** Asks again for everything about segments: the list below the key `segments`, the details below `segment`, sync below `sync`, alerts, and the audit log. */
export function useInvalidateSegments() {
  const client = useQueryClient();
  return useCallback(async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ["segments"] }),
      client.invalidateQueries({ queryKey: ["segment"] }),
      client.invalidateQueries({ queryKey: ["sync"] }),
      client.invalidateQueries({ queryKey: ["alerts"] }),
      client.invalidateQueries({ queryKey: ["audit"] }),
    ]);
  }, [client]);
}
