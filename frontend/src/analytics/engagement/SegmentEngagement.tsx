import { useNavigate, useSearch } from "@tanstack/react-router";
import type { EngagementSearch } from "../../app/routes.ts";
import { Engagement } from "./Engagement.tsx";

/** How active the members of one segment are, on its page. */
export function SegmentEngagement({ segment }: { segment: string }) {
  const search: EngagementSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <Engagement
      search={{ ...search, segments: segment }}
      hasSegment
      onAsk={({ segments: _, ...asked }) => navigate({ to: ".", search: asked, resetScroll: false })}
    />
  );
}
