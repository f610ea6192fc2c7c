import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { segmentsQuery } from "./queries.ts";
import { keyOf } from "./segmentKey.ts";

interface Props {
  id: string;
  /** The name of the segment if it is missing. */
  children?: ReactNode;
}

/** Leads to a segment by its id. */
export function SegmentLink({ id, children }: Props) {
  const name = useQuery(segmentsQuery).data?.segments.find((segment) => segment.id === id)?.name ?? id;
  const key = keyOf(id);
  if (key === undefined) return name;
  return (
    <Link
      to="/segments/$type/$value/$tab"
      params={{ type: key.segmentType, value: key.segmentValue, tab: "overview" }}
      className="isolated"
      aria-label={children === undefined ? undefined : `Open ${name}`}
    >
      {children ?? name}
    </Link>
  );
}
