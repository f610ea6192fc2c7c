import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { ExplainedMembership, ExplainUserResult, MembershipChange } from "../api/client.ts";
import { actorName } from "../shared/actorName.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { isNotFound } from "../shared/errorMessages.ts";
import { Notice } from "../shared/Notice.tsx";
import { Time } from "../shared/Time.tsx";
import styles from "./ExplainDialog.module.css";
import { ExplainedTree } from "./ExplainedTree.tsx";
import { MailStatus } from "./MailStatus.tsx";
import { explanationQuery, type SegmentKey } from "./queries.ts";

const PersonMail = lazy(async () => ({ default: (await import("../engagement/screens.ts")).PersonMail }));

interface Props {
  segmentKey: SegmentKey;
  userId: string;
  /** Where the user stands in the segment at Resend. Null if that is not known, or there is none. */
  place?: string | null;
}

/** Why a user is in the segment or is not, condition by condition. */
export function Explanation({ segmentKey, userId, place = null }: Props) {
  const { data, error, refetch } = useQuery(explanationQuery(segmentKey, userId));
  return (
    <div className={styles.body}>
      {isNotFound(error) && <Notice tone="warning">No user has the ID “{userId}”.</Notice>}
      {error !== null && !isNotFound(error) && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {error === null && data === undefined && <Skeleton height={160} />}
      {data !== undefined && <Explained explained={data} place={place} userId={userId} />}
    </div>
  );
}

interface ExplainedProps {
  explained: ExplainUserResult;
  place: string | null;
  userId: string;
}

function Explained({ explained, place, userId }: ExplainedProps) {
  const { deletedAt, membership, mail, explanation, failure } = explained;
  return (
    <>
      {deletedAt !== null && (
        <Notice>
          Your app deleted this user on <Time at={deletedAt} />, so they are in no segment.
        </Notice>
      )}
      {membership !== null && <MembershipStatus membership={membership} matches={explained.matches} />}
      {failure !== null && <Notice tone="warning">{failure.message}</Notice>}
      {explanation !== null && <ExplainedTree part={explanation} />}
      <MailStatus mail={mail} place={place}>
        <Suspense>
          <PersonMail userId={userId} />
        </Suspense>
      </MailStatus>
    </>
  );
}

function MembershipStatus({ membership, matches }: { membership: ExplainedMembership; matches: boolean | null }) {
  const { lastChange, override } = membership;
  return (
    <div className={styles.standing}>
      <p>
        <strong>{membership.isMember ? "Member" : "Not a member"}</strong>
        {matches !== null && <> · {matches ? "matches" : "doesn't match"} the definition</>}
      </p>
      {override !== null && (
        <p>
          {override.decision === "exclude" ? "Removed" : "Added"} by{" "}
          <span className="isolated">{actorName(override.actor)}</span> on <Time at={override.createdAt} />
          {override.expiresAt !== null && (
            <>
              {" "}
              until <Time at={override.expiresAt} />
            </>
          )}
          {override.reason !== null && (
            <>
              : <span className="isolated">“{override.reason}”</span>
            </>
          )}
        </p>
      )}
      {lastChange !== null && (
        <p>
          {lastChange.entered ? "Joined" : "Left"} on <Time at={lastChange.at} />, {causeText(lastChange)}.
        </p>
      )}
      {membership.heldBack !== null && <p>Runs don't change this membership. {membership.heldBack.message}</p>}
      {membership.differs && <p>The next run will {membership.wanted ? "add this user" : "remove this user"}.</p>}
    </div>
  );
}

function causeText({ cause, runId, actor }: MembershipChange): string {
  const name = actor === null ? undefined : actorName(actor);
  const by = name === undefined ? "" : ` by ${name}`;
  switch (cause) {
    case "run":
      return `by run ${runId}`;
    case "admin":
      return name === undefined ? "by an admin" : `by ${name}`;
    case "segment_saved":
      return `when the segment was saved${by}`;
    case "user_run":
      return "when the user was evaluated";
    case "segment_deleted":
      return `when the segment was deleted${by}`;
    case "host_deleted":
      return "when your app deleted the user";
    case "erasure":
      return `when the user was erased${by}`;
  }
}
