import { Button } from "@mantine/core";
import { useEffect, useRef } from "react";
import type { SegmentUser } from "../api/client.ts";
import { announce } from "../shared/Announcer.tsx";
import { Notice } from "../shared/Notice.tsx";
import { userName } from "../shared/userName.ts";
import type { SegmentKey } from "./queries.ts";
import { useRestore } from "./useMembership.ts";

interface Props {
  user: SegmentUser;
  segmentKey: SegmentKey;
  onUndone: () => void;
}

/** A removal, and the way to undo it: without a hurry, and with the focus, which the row of the user had. */
export function RemovedNotice({ user, segmentKey, onUndone }: Props) {
  const restore = useRestore(segmentKey);
  const undo = useRef<HTMLButtonElement>(null);
  const title = `${userName(user)} was removed.`;
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
          onClick={() => restore.mutate(user, { onSuccess: onUndone })}
        >
          Undo
        </Button>
      </span>
    </Notice>
  );
}
