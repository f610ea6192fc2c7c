import { Button } from "@mantine/core";
import table from "../shared/Table.module.css";
import type { Liftable, Remedy } from "./holds.ts";
import styles from "./People.module.css";

interface Props {
  remedy: Remedy;
  onLift: (liftable: Liftable) => void;
}

/** A button that lifts what holds mail back, or what else to do. */
export function RemedyCell({ remedy, onLift }: Props) {
  return (
    <td role="cell">
      <div className={table.buttons}>
        {"lift" in remedy ? (
          <LiftButton liftable={remedy.lift} onLift={onLift} />
        ) : (
          <span className={styles.advice}>{remedy.advice}</span>
        )}
      </div>
    </td>
  );
}

function LiftButton({ liftable, onLift }: { liftable: Liftable; onLift: Props["onLift"] }) {
  const [label, name] =
    liftable.reason === "refused"
      ? ["Try again…", `Try again with ${liftable.email}`]
      : ["Lift…", `Lift for ${liftable.email}`];
  return (
    <Button variant="default" size="compact-sm" aria-label={name} onClick={() => onLift(liftable)}>
      {label}
    </Button>
  );
}
