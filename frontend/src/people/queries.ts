// Queries about one person. Their keys begin with `segment`, so that a change of a segment covers them.
import { queryOptions } from "@tanstack/react-query";
import { api } from "../app/api.ts";

export const personQuery = (userId: string) =>
  queryOptions({
    queryKey: ["segment", "person", userId],
    queryFn: ({ signal }) => api.call("adminAudience.getUserSegments", { userId }, { signal }),
    staleTime: 0,
  });
