import { Button, NativeSelect } from "@mantine/core";
import { IconUserMinus, IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { GetUserSegmentsResult, ListedSegment } from "../api/client.ts";
import { AddDialog, RemoveDialog } from "../detail/dialogs.ts";
import { Explanation } from "../detail/Explanation.tsx";
import { groupStyle } from "../segments/groupStyle.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { idOf, keyIn } from "../segments/segmentKey.ts";
import { announce } from "../shared/Announcer.tsx";
import panel from "../shared/Panel.module.css";
import type { Person } from "../shared/person.ts";
import styles from "./People.module.css";

interface Props {
  person: Person;
  found: GetUserSegmentsResult;
}

/** Why somebody is in any segment or not, and the way in or out. */
export function WhyPanel({ person, found }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  const [id, setId] = useState("");
  const [isOpen, setIsOpen] = useState(false);
  const segment = segments.find((segment) => segment.id === id);
  const isMember = found.segments.some((membership) => idOf(membership) === id);
  return (
    <section className={panel.panel} aria-labelledby="why">
      <h2 className={panel.title} id="why">
        Why in a segment, or not in it
      </h2>
      <div className={styles.find}>
        <NativeSelect
          label="Segment"
          data={[{ value: "", label: "Choose…" }, ...optionsOf(segments)]}
          value={id}
          onChange={({ currentTarget }) => setId(currentTarget.value)}
        />
        {segment !== undefined && (
          <Button
            variant="default"
            leftSection={isMember ? <IconUserMinus size={16} /> : <IconUserPlus size={16} />}
            onClick={() => setIsOpen(true)}
          >
            {isMember ? "Exclude…" : "Add anyway…"}
          </Button>
        )}
      </div>
      {segment !== undefined && <Explanation key={id} segmentKey={keyIn(segment)} userId={person.id} />}
      <Suspense>
        {isOpen && segment !== undefined && (
          <Change person={person} segment={segment} isMember={isMember} onClose={() => setIsOpen(false)} />
        )}
      </Suspense>
    </section>
  );
}

interface ChangeProps {
  person: Person;
  segment: ListedSegment;
  isMember: boolean;
  onClose: () => void;
}

/** Stays what it was when it was opened, also while the change is on its way. */
function Change({ person, segment, isMember, onClose }: ChangeProps) {
  const [isLeaving] = useState(isMember);
  const rest = { person, segmentKey: keyIn(segment), name: segment.name, onClose };
  if (!isLeaving) return <AddDialog {...rest} />;
  return <RemoveDialog {...rest} onRemoved={() => announce(`${person.name} was removed`)} />;
}

function optionsOf(segments: ListedSegment[]) {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const { id, name, segmentType } of segments) {
    const { label } = groupStyle(segmentType);
    groups.set(label, [...(groups.get(label) ?? []), { value: id, label: name }]);
  }
  return [...groups].map(([group, items]) => ({ group, items }));
}
