import { IconMap2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../shared/EmptyState.tsx";

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState icon={IconMap2} title="There is no such page">
      The address may be mistyped. <Link to="/">See all segments</Link>
    </EmptyState>
  );
}
