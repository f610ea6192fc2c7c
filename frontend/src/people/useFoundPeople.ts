import { useDebouncedValue } from "@mantine/hooks";
import { useInfiniteQuery } from "@tanstack/react-query";
import { peopleQuery } from "./queries.ts";

/** How long typing pauses before people are searched, in milliseconds. */
const PAUSE = 250;

/** The first people with a text in their name or address, or with this ID. None while they are those of an earlier text. */
export function useFoundPeople(text: string, isAsking = true) {
  const wanted = text.trim();
  const [searched] = useDebouncedValue(wanted, PAUSE);
  const found = useInfiniteQuery({ ...peopleQuery(searched), enabled: isAsking && searched !== "" });
  const isBehind = searched !== wanted || found.isPlaceholderData || found.isPending;
  const users = isBehind ? [] : (found.data?.pages.flatMap(({ users }) => users) ?? []);
  return { users, isBehind: isBehind && found.error === null, hasFailed: found.error !== null };
}
