import type { ReactNode } from "react";
import type { Drift, SegmentSync } from "../api/client.ts";
import figures from "../shared/Figures.module.css";
import { capitalize, formatNumber, pluralize } from "../shared/format.ts";
import panel from "../shared/Panel.module.css";
import { Time } from "../shared/Time.tsx";
import { heldCount } from "./mark.ts";
import styles from "./ResendPanel.module.css";
import { heldText } from "./words.ts";

/** Where the members stand, and what the latest full check found. */
export function SegmentFigures({ sync }: { sync: SegmentSync }) {
  const { delivered, members, pending, held, drift, syncedAt, remoteName } = sync;
  const toAdd = pending.joins > 0 || pending.leaves === 0 ? [`${formatNumber(pending.joins)} to be added`] : [];
  const toRemove = pending.leaves === 0 ? [] : [`${formatNumber(pending.leaves)} to be removed`];
  return (
    <section className={styles.body} aria-label="Figures at Resend">
      <dl className={figures.figures}>
        <Figure label="Delivered" value={delivered} note={`of ${pluralize(members, "member")}`} />
        <Figure label="Pending" value={pending.joins + pending.leaves} note={[...toAdd, ...toRemove].join(", ")} />
        <Figure label="Held" value={heldCount(held)} note={capitalize(heldText(held))} />
        <Figure
          label="Drift"
          value={drift.asOf === null ? null : drift.missing + drift.extra}
          note={<DriftNote drift={drift} />}
        />
      </dl>
      <p className={`${panel.words} isolated`}>
        {syncedAt === null ? (
          "Not synced yet."
        ) : (
          <>
            Last sync <Time at={syncedAt} as="ago" />.
          </>
        )}
        {remoteName !== null && ` Its name at Resend is “${remoteName}”.`}
      </p>
    </section>
  );
}

/** Null for a value that is not known. */
function Figure({ label, value, note }: { label: string; value: number | null; note: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <strong>{value === null ? "—" : formatNumber(value)}</strong>
        <span>{note}</span>
      </dd>
    </div>
  );
}

function DriftNote({ drift: { asOf, missing, extra } }: { drift: Drift }) {
  if (asOf === null) return <>No full check yet</>;
  return (
    <>
      {formatNumber(missing)} missing, {formatNumber(extra)} extra, checked <Time at={asOf} as="ago" />
    </>
  );
}
