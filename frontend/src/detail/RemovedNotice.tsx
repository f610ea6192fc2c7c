import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import { announce } from "../shared/Announcer.tsx";
import { Notice } from "../shared/Notice.tsx";
import type { Person } from "../shared/person.ts";
import type { SegmentKey } from "./queries.ts";
import { useRestore } from "./useMembership.ts";

interface Props {
  person: Person;
  segmentKey: SegmentKey;
  /** The name of the segment, where it is one of several. */
  from?: string;
  onUndone: () => void;
}

/** A removal, and the way to undo it: without a hurry, and with the focus, which the row of the user had. */
export function RemovedNotice({ person, segmentKey, from, onUndone }: Props) {
  const restore = useRestore(segmentKey, "exclude");
  const undo = useRef<HTMLButtonElement>(null);
  const title = from === undefined ? `${person.name} was removed.` : `${person.name} was removed from ${from}.`;
  useEffect(() => {
    announce(title);
    undo.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <Notice>
      <span>
        <strong className="isolated">{title}</strong> They stay out until restored.{" "}
        <Button
          ref={undo}
          variant="default"
          size="compact-xs"
          loading={restore.isPending}
          onClick={() => restore.mutate(person, { onSuccess: onUndone })}
        >
          Undo
        </Button>
      </span>
    </Notice>
  );
}
