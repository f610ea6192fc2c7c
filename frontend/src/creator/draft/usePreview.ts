// The preview of the draft, requested after a pause in editing. A newer request aborts the older one.
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ConditionCount } from "../../api/client.ts";
import { apiOf } from "../../shared/api.ts";
import { faultsOf } from "../../shared/errorMessages.ts";
import type { Catalogue } from "../tree/catalogue.ts";
import { placeFaults } from "../tree/faults.ts";
import { type Compiled, completeCriteria } from "../tree/toCriteria.ts";
import type { SetNode } from "../tree/tree.ts";

const DEBOUNCE = 300;
const SAMPLE = 5;

export type Definition = Pick<Compiled, "combineWith" | "criteria" | "not">;

export function usePreview(root: SetNode, catalogue: Catalogue, id: string | undefined) {
  const [settled] = useDebouncedValue(root, DEBOUNCE);
  const compiled = useMemo(() => completeCriteria(settled, catalogue), [settled, catalogue]);
  const definition = useMemo<Definition>(
    () => ({ combineWith: compiled.combineWith, criteria: compiled.criteria, not: compiled.not }),
    [compiled],
  );
  const commonOptions = {
    enabled: compiled.criteria.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  };
  const count = useQuery({
    ...commonOptions,
    queryKey: ["preview", "count", definition],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.previewSegment", { ...definition, sampleSize: SAMPLE }, { signal }),
  });
  const words = useQuery({
    ...commonOptions,
    queryKey: ["preview", "words", definition],
    queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.describeCriteria", definition, { signal }),
  });
  const effect = useQuery({
    ...commonOptions,
    enabled: commonOptions.enabled && id !== undefined,
    queryKey: ["preview", "change", id, definition],
    queryFn: ({ signal, client }) =>
      apiOf(client).call(
        "adminAudience.previewSegmentChange",
        { ...definition, segmentValue: id ?? "", sampleSize: SAMPLE },
        { signal },
      ),
  });
  return {
    definition,
    count,
    words,
    effect,
    isEstimate: count.data?.isEstimate === true,
    isEmpty: compiled.criteria.length === 0,
    isBehind: settled !== root || count.isPlaceholderData,
    counts: useMemo(() => byNode(compiled, count.data?.conditions, "count"), [compiled, count.data]),
    remaining: useMemo(() => byNode(compiled, laterOnes(count.data?.conditions), "remaining"), [compiled, count.data]),
    warnings: useMemo(() => byNode(compiled, words.data?.warnings, "message"), [compiled, words.data]),
    faults: useMemo(() => placeFaults(faultsOf(count.error), compiled.paths), [compiled, count.error]),
  };
}

export type Preview = ReturnType<typeof usePreview>;

/** Without the first of each group: after it, as many remain as match it. */
function laterOnes(conditions: ConditionCount[] | undefined) {
  return conditions?.filter(({ path }) => !path.endsWith("criteria[0]"));
}

/** Results by path, as results by node id. */
function byNode<K extends string, T extends { path: string } & Record<K, unknown>>(
  compiled: Compiled,
  parts: T[] | undefined,
  key: K,
): Map<string, T[K]> {
  const byPath = new Map(parts?.map((part) => [part.path, part[key]]));
  const found = new Map<string, T[K]>();
  for (const [id, path] of compiled.paths) {
    const value = byPath.get(path);
    if (value !== undefined) found.set(id, value);
  }
  return found;
}
