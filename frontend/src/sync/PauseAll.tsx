import { Button } from "@mantine/core";
import { IconPlayerPause, IconPlayerTrackNext } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { toastError } from "../shared/toasts.ts";
import { PauseAllDialog } from "./dialogs.ts";
import { usePauseAll } from "./mutations.ts";

interface Props {
  isPaused: boolean;
  isDisabled: boolean;
  /** Whether a sync is active. */
  isActive: boolean;
}

/** Pauses all syncs after a question, and resumes them without. One button, which keeps the focus. */
export function PauseAll({ isPaused, isDisabled, isActive }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  const resuming = usePauseAll();
  function resume() {
    if (!resuming.isPending) resuming.mutate(false, { onError: (error) => toastError(error) });
  }
  const Icon = isPaused ? IconPlayerTrackNext : IconPlayerPause;
  return (
    <>
      <Button
        variant={isPaused ? "filled" : "default"}
        leftSection={<Icon size={16} />}
        disabled={isDisabled}
        onClick={isPaused ? resume : () => setIsAsking(true)}
      >
        {isPaused ? "Resume all" : "Pause all…"}
      </Button>
      <Suspense>{isAsking && <PauseAllDialog isActive={isActive} onClose={() => setIsAsking(false)} />}</Suspense>
    </>
  );
}
