import type { CalendarUnit, EngagementOfPeriod } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { PeriodHead } from "../pieces/PeriodHead.tsx";
import { PERIODS } from "../pieces/periods.ts";
import { RateText } from "../pieces/RateText.tsx";
import { intervalText } from "../pieces/rates.ts";
import { Scroll } from "../pieces/Scroll.tsx";

interface Props {
  label: string;
  periods: EngagementOfPeriod[];
  zone: string;
  by: CalendarUnit;
}

/** All figures of each period. */
export function PeriodTable({ label, periods, zone, by }: Props) {
  return (
    <>
      <Scroll label={label}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{PERIODS[by]}</th>
              <th scope="col">Members</th>
              <th scope="col">Active</th>
              <th scope="col">95% interval</th>
              <th scope="col">Quizzes</th>
              <th scope="col">For each member</th>
              <th scope="col">For each active one</th>
              {by === "week" && <th scope="col">Active days</th>}
            </tr>
          </thead>
          <tbody>
            {periods.map((period) => (
              <tr key={period.start}>
                <PeriodHead start={period.start} zone={zone} complete={period.complete} />
                <td>{numberOf(period.members)}</td>
                <td>{period.activeMembers === null ? NONE : <RateText rate={period.activeMembers} />}</td>
                <td>{(period.activeMembers && intervalText(period.activeMembers)) ?? NONE}</td>
                <td>{numberOf(period.quizzes)}</td>
                <td>{numberOf(period.perMember)}</td>
                <td>{numberOf(period.perActive)}</td>
                {by === "week" && <td>{period.stickiness === null ? NONE : <RateText rate={period.stickiness} />}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {by === "week" && (
        <p className={styles.small}>
          Active days: of the seven days of each active member, those on which the member was active. A week that is not
          over has none.
        </p>
      )}
    </>
  );
}

const NONE = <span className="quiet">—</span>;
const numberOf = (value: number | null) => (value === null ? NONE : formatNumber(value));
