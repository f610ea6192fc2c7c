import { Dialog } from "../shared/Dialog.tsx";
import type { Person } from "../shared/person.ts";
import { Explanation } from "./Explanation.tsx";
import type { SegmentKey } from "./queries.ts";

interface Props {
  person: Person;
  segmentKey: SegmentKey;
  name: string;
  /** What the list says about them. */
  standing: "in" | "excluded from" | "not in";
  /** Where they stand in the segment at Resend. */
  place: string | null;
  onClose: () => void;
}

/** Why somebody is in a segment or is not. */
export function ExplainDialog({ person, segmentKey, name, standing, place, onClose }: Props) {
  return (
    <Dialog onClose={onClose} size={640} title={`Why is ${person.name} ${standing} ${name}?`}>
      <Explanation segmentKey={segmentKey} userId={person.id} place={place} />
    </Dialog>
  );
}
