import { IconMap2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "../shared/EmptyState.tsx";

/** For an address that leads nowhere. */
export function NotFound() {
  return (
    <EmptyState icon={IconMap2} title="Page not found" isPage>
      Check the address. <Link to="/">See all segments</Link>
    </EmptyState>
  );
}
