import { queryOptions } from "@tanstack/react-query";
import { apiOf } from "../../shared/api.ts";

export const goalsQuery = queryOptions({
  queryKey: ["goals"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getGoals", {}, { signal }),
});
