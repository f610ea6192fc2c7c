// What the Sankey draws: exactly the numbers of the matrices.
import type { FlowAnswer } from "../../api/client.ts";
import { columnTotalOf, totalOf } from "./words.ts";

export interface FlowNode {
  /** Which point in time. */
  column: number;
  /** Which state. */
  state: number;
  count: number;
}

export interface FlowLink {
  source: number;
  target: number;
  value: number;
}

/** States with people at each point, and the moves between them. */
export function graphOf({ states, steps }: FlowAnswer): { nodes: FlowNode[]; links: FlowLink[] } {
  const nodes: FlowNode[] = [];
  for (let column = 0; column <= steps.length; column += 1) {
    const [before, after] = [steps[column - 1], steps[column]];
    for (const state of states.keys()) {
      const count = after === undefined ? before && columnTotalOf(before, state) : totalOf(after, state);
      if (count !== undefined && count > 0) nodes.push({ column, state, count });
    }
  }
  const placeOf = (column: number, state: number) =>
    nodes.findIndex((node) => node.column === column && node.state === state);
  const links = steps.flatMap(({ matrix }, column) =>
    matrix.flatMap((row, before) =>
      row.flatMap(({ part }, after) =>
        part === 0 ? [] : [{ source: placeOf(column, before), target: placeOf(column + 1, after), value: part }],
      ),
    ),
  );
  return { nodes, links };
}
