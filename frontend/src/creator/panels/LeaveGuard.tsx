import { useBlocker } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useUnloadGuard } from "./useUnloadGuard.ts";

const loadDialog = () => import("./LeaveDialog.tsx");
const LeaveDialog = lazy(async () => ({ default: (await loadDialog()).LeaveDialog }));

interface Props {
  isDirty: () => boolean;
  onLeave: () => void;
}

/** Asks before unsaved work is left. */
export function LeaveGuard({ isDirty, onLeave }: Props) {
  // The question has to be there without a connection, too.
  useEffect(() => void loadDialog(), []);
  useUnloadGuard(isDirty);
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: isDirty,
    enableBeforeUnload: false,
    withResolver: true,
  });
  if (status !== "blocked") return null;
  return (
    <Suspense>
      <LeaveDialog
        onStay={reset}
        onLeave={() => {
          onLeave();
          proceed();
        }}
      />
    </Suspense>
  );
}
