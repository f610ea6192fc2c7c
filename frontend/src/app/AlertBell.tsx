import { IconBell } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { alertsQuery } from "../alerts/queries.ts";
import { ActionIconLink } from "../shared/ActionIconLink.tsx";
import { formatNumber } from "../shared/format.ts";
import styles from "./Rail.module.css";

/** How many alerts fire now, and the way to them. */
export function AlertBell() {
  const firing = useQuery(alertsQuery).data?.alerts.filter(({ state }) => state === "firing").length ?? 0;
  const label = firing === 0 ? "Alerts" : `Alerts: ${formatNumber(firing)} firing`;
  return (
    <ActionIconLink
      to="/alerts"
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      className={styles.bell ?? ""}
    >
      <IconBell size={19} aria-hidden />
      {firing > 0 && <span className={styles.firing}>{formatNumber(firing)}</span>}
    </ActionIconLink>
  );
}
