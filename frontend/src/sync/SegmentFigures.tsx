import type { SegmentSync } from "../api/client.ts";
import { capitalize, formatNumber, pluralize } from "../shared/format.ts";
import { StatCard, StatRow } from "../shared/StatCard.tsx";
import { Time } from "../shared/Time.tsx";
import { heldCount } from "./mark.ts";
import styles from "./ResendPanel.module.css";
import { heldText } from "./words.ts";

/** Where the members stand, and what the latest full check found. */
export function SegmentFigures({ sync }: { sync: SegmentSync }) {
  const { delivered, members, pending, held, drift, syncedAt, remoteName } = sync;
  return (
    <>
      <StatRow label="Figures at Resend">
        <StatCard label="Delivered" value={formatNumber(delivered)} note={`of ${pluralize(members, "member")}`} />
        <StatCard
          label="Pending"
          value={formatNumber(pending.joins)}
          note={pending.leaves === 0 ? "to be put in" : `to be put in, ${formatNumber(pending.leaves)} to be taken out`}
        />
        <StatCard label="Held" value={formatNumber(heldCount(held))} note={capitalize(heldText(held))} />
        <StatCard
          label="Drift"
          value={
            drift.asOf === null ? "—" : `${formatNumber(drift.missing)} missing, ${formatNumber(drift.extra)} extra`
          }
          note={
            drift.asOf === null ? (
              "No full check yet"
            ) : (
              <>
                Checked <Time at={drift.asOf} as="ago" />
              </>
            )
          }
        />
      </StatRow>
      <p className={`${styles.words} isolated`}>
        {syncedAt === null ? (
          "No sync has carried it over yet."
        ) : (
          <>
            Last sync <Time at={syncedAt} as="ago" />.
          </>
        )}
        {remoteName !== null && ` Its name at Resend is “${remoteName}”.`}
      </p>
    </>
  );
}
