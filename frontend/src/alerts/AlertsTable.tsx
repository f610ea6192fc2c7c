import { Button } from "@mantine/core";
import type { Alert } from "../api/client.ts";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { pluralize } from "../shared/format.ts";
import { useMinute } from "../shared/minute.ts";
import panel from "../shared/Panel.module.css";
import { StateLabel } from "../shared/StateLabel.tsx";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import styles from "./Alerts.module.css";
import { cooldownEnd, ruleText, STATES, seenText } from "./words.ts";

interface Props {
  alerts: Alert[];
  onEdit: (alert: Alert) => void;
  onDelete: (alert: Alert) => void;
}

/** The rules, and where they stand. Roles are given by hand: browsers forget them where rows become cards. */
export function AlertsTable({ alerts, onEdit, onDelete }: Props) {
  return (
    <>
      <table className={table.table} role="table" aria-label="Rules">
        <TableHead columns={["Segment", "Fires when", "State", "Last seen", "Cooldown"]} hasActions />
        <tbody>
          {alerts.map((alert) => (
            <Row key={alert.alertId} alert={alert} onEdit={() => onEdit(alert)} onDelete={() => onDelete(alert)} />
          ))}
        </tbody>
      </table>
      {alerts.some(({ state }) => state === "notEnough") && (
        <p className={panel.words}>
          Not enough data: the size before is unknown or too small to compare with, or the segment is archived.
        </p>
      )}
    </>
  );
}

interface RowProps {
  alert: Alert;
  onEdit: () => void;
  onDelete: () => void;
}

function Row({ alert, onEdit, onDelete }: RowProps) {
  const { segment, state, since, observed, lookedAt } = alert;
  const text = ruleText(alert);
  return (
    <tr role="row">
      <td role="cell">
        <SegmentLink id={segment} />
      </td>
      <td role="cell" data-label="Fires when">
        {text}
      </td>
      <td role="cell" data-label="State">
        <span className={styles.two}>
          <StateLabel state={STATES[state].state}>{STATES[state].text}</StateLabel>
          <small>
            <Time at={since} as="ago" />
          </small>
        </span>
      </td>
      <td role="cell" data-label="Last seen">
        {observed === null || lookedAt === null ? (
          <span className="quiet">—</span>
        ) : (
          <span className={styles.two}>
            <span>{seenText({ ...alert, observed })}</span>
            <small>
              <Time at={lookedAt} as="ago" />
            </small>
          </span>
        )}
      </td>
      <td role="cell" data-label="Cooldown">
        <Cooldown alert={alert} />
      </td>
      <td role="cell">
        <div className={table.buttons}>
          <Button variant="default" size="compact-sm" aria-label={`Edit alert: ${text}`} onClick={onEdit}>
            Edit…
          </Button>
          <Button variant="default" size="compact-sm" aria-label={`Delete alert: ${text}`} onClick={onDelete}>
            Delete…
          </Button>
        </div>
      </td>
    </tr>
  );
}

/** For how long it does not fire again, and until when if it has fired lately. */
function Cooldown({ alert }: { alert: Alert }) {
  const end = cooldownEnd(alert, useMinute());
  return (
    <span className={styles.two}>
      <span className={styles.unbroken}>
        {alert.cooldownHours === 0 ? "None" : pluralize(alert.cooldownHours, "hour")}
      </span>
      {end !== undefined && (
        <small>
          Quiet until <Time at={end} />
        </small>
      )}
    </span>
  );
}
