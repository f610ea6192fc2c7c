import { queryOptions } from "@tanstack/react-query";
import { api } from "../../app/api.ts";

export const goalsQuery = queryOptions({
  queryKey: ["goals"],
  queryFn: ({ signal }) => api.call("adminAudience.getGoals", {}, { signal }),
});
