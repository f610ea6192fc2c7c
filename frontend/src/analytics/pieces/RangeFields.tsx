import { faultAt } from "./faults.ts";
import { PointField } from "./PointField.tsx";

interface Props {
  /** Of the first and of the second field. */
  labels?: [string, string];
  draft: { from: string; to: string };
  error: Error | null;
  onChange: (changed: { from: string } | { to: string }) => void;
}

/** From a day on, before another. */
export function RangeFields({ labels: [from, before] = ["From", "Before"], draft, error, onChange }: Props) {
  return (
    <>
      <PointField
        label={from}
        as="day"
        value={draft.from}
        fault={faultAt(error, "from")}
        onChange={(from) => onChange({ from })}
      />
      <PointField
        label={before}
        as="day"
        value={draft.to}
        fault={faultAt(error, "to")}
        onChange={(to) => onChange({ to })}
      />
    </>
  );
}
