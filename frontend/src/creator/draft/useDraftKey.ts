import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** What edits the draft of a key now. */
const holders = new Map<string, object>();

/** Where the draft of a segment is kept, or that of a new one. Two creators on one page have one each, in their order. */
export function useDraftKey(id: string | undefined): string {
  const router = useRouter();
  const [key] = useState(() => claim(`audience.draft.${id ?? "new"}`, router));
  useEffect(() => {
    holders.set(key, router);
    return () => {
      if (holders.get(key) === router) holders.delete(key);
    };
  }, [key, router]);
  return key;
}

/** The first key that no other holder has. */
function claim(first: string, holder: object): string {
  let key = first;
  for (let place = 2; (holders.get(key) ?? holder) !== holder; place += 1) key = `${first}.${place}`;
  holders.set(key, holder);
  return key;
}
