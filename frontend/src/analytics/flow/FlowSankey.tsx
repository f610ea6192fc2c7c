import { useElementSize } from "@mantine/hooks";
import { Sankey } from "@visx/sankey";
import type { FlowAnswer } from "../../api/client.ts";
import { formatDate, formatNumber, pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import type { Named } from "../pieces/names.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { type FlowLink, type FlowNode, graphOf } from "./sankey.ts";
import { shownStates, stateName } from "./words.ts";

const TOP = 24;
const NODE = 12;
/** As wide as a name, for each point in time. */
const COLUMN = 170;
const STATE = 52;

/** The states at each time as bars, and the moves as bands between them. The tables have the same numbers. */
export function FlowSankey({ answer, named }: { answer: FlowAnswer; named: Named }) {
  const { ref, width: available } = useElementSize();
  const { steps, states, population } = answer;
  const width = Math.max(available - 2, (steps.length + 1) * COLUMN);
  const height = TOP + Math.max(shownStates(answer).length * STATE, 220);
  const times = [steps[0]?.from ?? "", ...steps.map(({ to }) => to)];
  const xOf = (column: number) => (column / steps.length) * (width - NODE);
  const anchor = (column: number) => (column === steps.length ? "end" : "start");
  return (
    <div ref={ref} style={{ minHeight: height }}>
      <Scroll label="Moves as bands">
        {available > 0 && (
          <svg
            width={width}
            height={height}
            className={styles.sankey}
            role="img"
            aria-label={`Moves of ${pluralize(population, "person", "people")} between ${times.length} times. The tables have the same numbers.`}
          >
            {times.map((time, column) => (
              <text
                key={time}
                x={xOf(column) + (column === steps.length ? NODE : 0)}
                y="14"
                textAnchor={anchor(column)}
              >
                {formatDate(time)}
              </text>
            ))}
            <Sankey<FlowNode, FlowLink>
              root={graphOf(answer)}
              extent={[
                [0, TOP],
                [width, height - 8],
              ]}
              nodeWidth={NODE}
              nodePadding={18}
              nodeSort={(one, other) => one.state - other.state}
            >
              {({ graph, createPath }) => (
                <>
                  {graph.links.map((link) => (
                    <path
                      key={`${(link.source as { index?: number }).index} ${(link.target as { index?: number }).index}`}
                      d={createPath(link) ?? ""}
                      strokeWidth={link.width}
                      className={styles.flow}
                      data-link={link.value}
                    />
                  ))}
                  {graph.nodes.map(({ x0 = 0, x1 = 0, y0 = 0, y1 = 0, column, state, count }) => (
                    <g key={`${column} ${state}`}>
                      <rect x={x0} y={y0} width={x1 - x0} height={y1 - y0} className={styles.node} />
                      <text
                        x={column === steps.length ? x0 - 6 : x1 + 6}
                        y={(y0 + y1) / 2 + 4}
                        textAnchor={anchor(column)}
                        data-node
                      >
                        {stateName(states[state] ?? "", named)} {formatNumber(count)}
                      </text>
                    </g>
                  ))}
                </>
              )}
            </Sankey>
          </svg>
        )}
      </Scroll>
    </div>
  );
}
