import { Button } from "@mantine/core";
import { Suspense, useState } from "react";
import type { GetSyncStatusResult, SegmentSync } from "../api/client.ts";
import { Notice } from "../shared/Notice.tsx";
import { PageLink } from "../shared/PageLink.tsx";
import { AllowRemovalsDialog } from "./dialogs.ts";
import { heldBackText } from "./mark.ts";
import { failureText } from "./words.ts";

interface Props {
  sync: SegmentSync;
  status: Pick<GetSyncStatusResult, "paused" | "failure">;
  onAllowShrink: (() => void) | undefined;
}

/** What needs attention, and what to do about it. */
export function SegmentNotices({ sync: { state, heldBack, failure }, status, onAllowShrink }: Props) {
  const [isAsking, setIsAsking] = useState(false);
  return (
    <>
      {status.paused && (
        <Notice tone="warning">
          <span>
            All syncs are paused. You can resume them on the page <PageLink to="/sync">Sync</PageLink>.
          </span>
        </Notice>
      )}
      {status.failure !== null && <Notice tone="warning">The last sync failed. {failureText(status.failure)}</Notice>}
      {state === "paused" && (
        <Notice>
          {status.paused
            ? "This segment stays paused when all syncs are resumed."
            : "Paused. Syncs only remove people who must not get mail."}
        </Notice>
      )}
      {state === "removing" && <Notice>The next sync removes what syncs added at Resend. Contacts stay.</Notice>}
      {state === "gone" && (
        <Notice tone="warning">
          The segment was deleted at Resend. Nothing is sent for it until you create a new one or turn sync off.
        </Notice>
      )}
      {state !== "gone" && failure !== null && <Notice tone="warning">{failureText(failure)}</Notice>}
      {heldBack !== null && (
        <Notice tone="warning">
          {heldBackText(heldBack)}
          <span>
            <Button
              variant="default"
              size="compact-sm"
              mt={4}
              disabled={!onAllowShrink}
              onClick={() => setIsAsking(true)}
            >
              Sync again and allow removals…
            </Button>
          </span>
        </Notice>
      )}
      <Suspense>
        {isAsking && heldBack !== null && onAllowShrink !== undefined && (
          <AllowRemovalsDialog heldBack={heldBack} onConfirm={onAllowShrink} onClose={() => setIsAsking(false)} />
        )}
      </Suspense>
    </>
  );
}
