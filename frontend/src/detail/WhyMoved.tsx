import { Link } from "@tanstack/react-router";
import type { SegmentMovement } from "../api/client.ts";
import { actorName } from "../shared/actorName.ts";
import { CAUSES } from "./causes.ts";

interface Props {
  movement: Pick<SegmentMovement, "cause" | "actor" | "runId">;
}

/** Why somebody joined or left. */
export function WhyMoved({ movement: { cause, actor, runId } }: Props) {
  if (runId !== null) {
    return (
      <Link to="/runs/$runId" params={{ runId }}>
        Run {runId}
      </Link>
    );
  }
  return actor === null ? CAUSES[cause] : `${CAUSES[cause]} · ${actorName(actor)}`;
}
