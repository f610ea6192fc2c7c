import { Button } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { OverrideKind, UserOverride } from "../api/client.ts";
import { useRestore } from "../detail/useMembership.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { idOf, keyIn } from "../segments/segmentKey.ts";
import { actorName } from "../shared/actorName.ts";
import type { Person } from "../shared/person.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";

interface Props {
  person: Person;
  overrides: UserOverride[];
}

/** What ends a decision without a time. */
const ENDS: Record<OverrideKind, string> = { exclude: "you restore them", include: "you remove it" };

/** What was decided about somebody. Roles are given by hand: browsers forget them where rows become cards. */
export function OverridesTable({ person, overrides }: Props) {
  return (
    <table className={table.table} role="table" aria-label="Added or excluded by hand">
      <TableHead columns={["Segment", "Decision", "By", "Since", "Until", "Reason"]} hasActions />
      <tbody>
        {overrides.map((override) => (
          <tr key={idOf(override)} role="row">
            <td role="cell">
              <SegmentLink id={idOf(override)} />
            </td>
            <td role="cell" data-label="Decision">
              {override.decision === "exclude" ? "Excluded" : "Added"}
            </td>
            <td role="cell" data-label="By" className="isolated">
              {actorName(override.actor)}
            </td>
            <td role="cell" data-label="Since">
              <Time at={override.createdAt} />
            </td>
            <td role="cell" data-label="Until">
              {override.expiresAt === null ? (
                <span className="quiet">{ENDS[override.decision]}</span>
              ) : (
                <Time at={override.expiresAt} />
              )}
            </td>
            <td role="cell" data-label="Reason" className="isolated">
              {override.reason ?? <span className="quiet">No reason given</span>}
            </td>
            <td role="cell">
              <Restore person={person} override={override} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Restore({ person, override }: { person: Person; override: UserOverride }) {
  const restore = useRestore(keyIn(override), override.decision);
  const label = override.decision === "include" ? "Remove override" : "Restore";
  const id = idOf(override);
  const name = useQuery(segmentsQuery).data?.segments.find((segment) => segment.id === id)?.name;
  return (
    <div className={table.buttons}>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconArrowBackUp size={16} />}
        loading={restore.isPending}
        aria-label={`${label} for ${name ?? id}`}
        onClick={() => restore.mutate(person)}
      >
        {label}
      </Button>
    </div>
  );
}
