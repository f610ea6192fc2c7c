// What nested editors need at any depth.
import { createContext, useContext } from "react";
import type { Segment } from "../../api/client.ts";
import type { Catalogue } from "./catalogue.ts";
import type { ChangeRoot, Node } from "./tree.ts";
import type { Side } from "./treeEdits.ts";

export interface Builder {
  catalogue: Catalogue;
  /** Segments that a condition may name. */
  segments: Segment[];
  /** The zone in which days begin. */
  zone: string;
  changeRoot: ChangeRoot;
  remove: (id: string) => void;
  move: (id: string, by: -1 | 1) => void;
  /** Puts a node before or after another one. */
  place: (id: string, beside: string, side: Side) => void;
  copy: (id: string) => void;
  /** On the first field, if none is named. */
  addCondition: (parent: string, field?: string) => void;
  addSet: (parent: string) => void;
  wrap: (id: string) => void;
}

/** What the server reports about one node. */
export interface NodeFeedback {
  count: number | undefined;
  /** How many users match the node and all before it in its group. Undefined for the first, and where any one of them is enough. */
  remaining: number | undefined;
  /** Whether the count is made from some of the users, since there was no time for all. */
  isEstimate: boolean;
  warning: string | undefined;
  faults: string[];
}

export type GetNodeFeedback = (id: string) => NodeFeedback;

export const BuilderContext = createContext<Builder | undefined>(undefined);
export const NodeFeedbackContext = createContext<GetNodeFeedback>(() => ({
  count: undefined,
  remaining: undefined,
  isEstimate: false,
  warning: undefined,
  faults: [],
}));

export function useBuilder(): Builder {
  const builder = useContext(BuilderContext);
  if (builder === undefined) throw new Error("there is no builder around this");
  return builder;
}

/** The id of the element that has the focus after a node came or moved. */
export const focusIdOf = (node: Node) => (node.kind === "condition" ? `field-${node.id}` : `add-${node.id}`);
