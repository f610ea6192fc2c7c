import { Button } from "@mantine/core";
import { useState } from "react";
import type { OverlapAnswer } from "../../api/client.ts";
import { formatNumber, pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { CountBar } from "../pieces/CountBar.tsx";
import { type Named, nameOf } from "../pieces/names.ts";
import { RateText } from "../pieces/RateText.tsx";
import { Scroll } from "../pieces/Scroll.tsx";

/** So many are shown at first. */
const FIRST = 20;

/** How many are in exactly which segments. All rows together are everyone. */
export function Combinations({ answer, named }: { answer: OverlapAnswer; named: Named }) {
  const { combinations, restCombinations, restUsers, none, population } = answer;
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? combinations : combinations.slice(0, FIRST);
  const folded = combinations.slice(shown.length);
  const rest = folded.reduce((sum, { users }) => sum + users, restUsers);
  const most = Math.max(...combinations.map(({ users }) => users), rest, none, 1);
  const others = folded.length + restCombinations;
  return (
    <>
      <Scroll label="People by the segments they are in">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">In exactly</th>
              <th scope="col">People</th>
              <th scope="col" className={styles.words}>
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ segments, users }) => {
              const names = segments.map((id) => nameOf(id, named)).join(" + ");
              return <Row key={segments.join()} name={names} count={users} most={most} population={population} />;
            })}
            {others > 0 && (
              <Row name={pluralize(others, "other combination")} count={rest} most={most} population={population} />
            )}
            <Row name="None of them" count={none} most={most} population={population} />
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Everyone</th>
              <td>{formatNumber(population)}</td>
              <td />
            </tr>
          </tfoot>
        </table>
      </Scroll>
      {folded.length > 0 && (
        <div>
          <Button variant="default" size="compact-sm" onClick={() => setIsAll(true)}>
            Show {formatNumber(combinations.length)} combinations
          </Button>
        </div>
      )}
    </>
  );
}

interface RowProps {
  name: string;
  count: number;
  most: number;
  population: number;
}

function Row({ name, count, most, population }: RowProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <RateText rate={{ part: count, of: population }} />
      </td>
      <td>
        <CountBar count={count} most={most} />
      </td>
    </tr>
  );
}
