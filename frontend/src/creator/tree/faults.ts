// What the server finds wrong, at the part of the tree that it is about.
import type { Fault } from "../../api/client.ts";

export interface PlacedFaults {
  /** By the id of the node. */
  ofNodes: Map<string, string[]>;
  /** By the name of the param: `name`, `description`. */
  ofParams: Map<string, string[]>;
}

/** A fault of `criteria[1].value` is one of the node at `criteria[1]`; one that no node has is one of its param. */
export function placeFaults(faults: Fault[], paths: Map<string, string>): PlacedFaults {
  const nodes = new Map([...paths].map(([id, path]) => [path, id]));
  const found: PlacedFaults = { ofNodes: new Map(), ofParams: new Map() };
  for (const { path, message } of faults) {
    const id = nodeIdAt(path, nodes);
    if (id !== undefined) append(found.ofNodes, id, message);
    else append(found.ofParams, path.split(/[.[]/)[0] ?? "", message);
  }
  return found;
}

function nodeIdAt(path: string, nodes: Map<string, string>): string | undefined {
  // `criteria` alone is the list as such: the outermost set, which has no path.
  if (path === "criteria" || path === "combineWith") return nodes.get("");
  for (let rest = path; rest !== ""; rest = parentPath(rest)) {
    const id = nodes.get(rest);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** Without its last name or place. */
function parentPath(path: string): string {
  return path.replace(/(?:\.?[^.[\]]+|\[\d+\])$/, "");
}

function append(messages: Map<string, string[]>, key: string, message: string) {
  messages.set(key, [...(messages.get(key) ?? []), message]);
}
