/**
 * Hooks for TanStack Query over the client: the entry `/react` of the package, since it needs React. The console has queries of
 * its own.
 */
import {
  type UseMutationOptions,
  type UseMutationResult,
  type UseQueryOptions,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { createContext, createElement, type ReactNode, useContext } from "react";
import type { Arguments, Client, MethodName, Params, Result } from "./client.ts";

/** What the names of methods begin with that change nothing, not even the audit log. */
type Reading = "compare" | "describe" | "explain" | "find" | "get" | "list" | "preview";

/** The name of a method that reads. */
export type QueryName = Extract<MethodName, `adminAudience.${Reading}${string}`>;
/** The name of any other method: one that changes something, or writes into the audit log, such as an export. */
export type MutationName = Exclude<MethodName, QueryName | "rpc.discover">;

/** Those of `useQuery`, but for what the method decides. */
export type QueryOptions<M extends QueryName> = Omit<UseQueryOptions<Result<M>>, "queryKey" | "queryFn">;
/** Those of `useMutation`, but for what the method decides. */
export type MutationOptions<M extends MutationName> = Omit<
  UseMutationOptions<Result<M>, Error, Params<M>>,
  "mutationFn"
>;

/** What all keys begin with: `queryClient.invalidateQueries({ queryKey: AUDIENCE_KEY })`. */
export const AUDIENCE_KEY = ["audience"] as const;

const ClientContext = createContext<Client | undefined>(undefined);

/** Gives the client to the hooks below it. A `QueryClientProvider` must be around it. */
export function AudienceProvider({ client, children }: { client: Client; children?: ReactNode }) {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client that was given. */
export function useAudienceClient(): Client {
  const client = useContext(ClientContext);
  if (client === undefined) throw new Error("There is no AudienceProvider around this component");
  return client;
}

/** The key and the function of a query, for `useQueries`, `prefetchQuery` and the like. */
export function audienceQuery<M extends QueryName>(client: Client, method: M, params: Params<M>) {
  return {
    queryKey: [...AUDIENCE_KEY, method, params] as const,
    queryFn: ({ signal }: { signal: AbortSignal }): Promise<Result<M>> =>
      client.call(method, ...([params, { signal }] as unknown as Arguments<M>)),
  };
}

/** Asks a method that reads. */
export function useAudienceQuery<M extends QueryName>(
  method: M,
  ...[params, options]: Arguments<M, QueryOptions<M>>
): UseQueryResult<Result<M>> {
  const client = useAudienceClient();
  return useQuery<Result<M>>({ ...options, ...audienceQuery(client, method, params ?? ({} as Params<M>)) });
}

/** Calls a method that changes something. Once it has succeeded, all queries about the audience are asked anew. */
export function useAudienceMutation<M extends MutationName>(
  method: M,
  options?: MutationOptions<M>,
): UseMutationResult<Result<M>, Error, Params<M>> {
  const client = useAudienceClient();
  const queries = useQueryClient();
  return useMutation<Result<M>, Error, Params<M>>({
    ...options,
    mutationFn: (params) => client.call(method, ...([params] as unknown as Arguments<M>)),
    async onSuccess(...success) {
      await queries.invalidateQueries({ queryKey: AUDIENCE_KEY });
      await options?.onSuccess?.(...success);
    },
  });
}

type Rest<M extends QueryName> = Arguments<M, QueryOptions<M>>;

/** All segments, with their sizes. */
export function useSegments(...rest: Rest<"adminAudience.getSegments">) {
  return useAudienceQuery("adminAudience.getSegments", ...rest);
}

/** One segment. */
export function useSegment(...rest: Rest<"adminAudience.getSegment">) {
  return useAudienceQuery("adminAudience.getSegment", ...rest);
}

/** The members of a segment, by pages. */
export function useSegmentUsers(...rest: Rest<"adminAudience.getSegmentUsers">) {
  return useAudienceQuery("adminAudience.getSegmentUsers", ...rest);
}

/** The figures of a segment. */
export function useSegmentStats(...rest: Rest<"adminAudience.getSegmentStats">) {
  return useAudienceQuery("adminAudience.getSegmentStats", ...rest);
}

/** The segments of a user. */
export function useUserSegments(...rest: Rest<"adminAudience.getUserSegments">) {
  return useAudienceQuery("adminAudience.getUserSegments", ...rest);
}
