import { useNavigate, useSearch } from "@tanstack/react-router";
import type { MoneySearch } from "../../app/routes.ts";
import { Money } from "./Money.tsx";

/** What the members of one segment paid, on its page. */
export function SegmentMoney({ segment }: { segment: string }) {
  const search: MoneySearch = useSearch({ strict: false });
  const navigate = useNavigate();
  return (
    <Money
      search={{ ...search, family: "segments", segments: segment }}
      hasSegment
      onAsk={({ family: _, segments: __, ...asked }) => navigate({ to: ".", search: asked, resetScroll: false })}
    />
  );
}
