import { Text } from "@mantine/core";
import type { DependantChange } from "../api/client.ts";
import { formatNumber } from "../shared/format.ts";

/** What the same save would do to the segments that refer to this one. */
export function Dependants({ dependants }: { dependants: DependantChange[] }) {
  if (dependants.length === 0) return null;
  return (
    <Text component="div" size="sm" className="quiet">
      Segments that use this one change too:
      <ul>
        {dependants.map(({ id, name, enter, leave }) => (
          <li key={id}>
            <span className="isolated">{name}</span>: {formatNumber(enter)} join, {formatNumber(leave)} leave.
          </li>
        ))}
      </ul>
    </Text>
  );
}
