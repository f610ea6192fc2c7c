import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ConversionSearch } from "../../app/routes.ts";
import { Conversion } from "./Conversion.tsx";

/** The conversion of those who join one segment, on its page. */
export function SegmentConversion({ segment }: { segment: string }) {
  const search: ConversionSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <Conversion
      search={{ ...search, segment }}
      hasSegment
      onAsk={({ segment: _, ...asked }) => navigate({ to: ".", search: asked, resetScroll: false })}
    />
  );
}
