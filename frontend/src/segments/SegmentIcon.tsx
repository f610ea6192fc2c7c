import type { SegmentGroup } from "../api/client.ts";
import "./groupStyle.css";
import { groupStyle } from "./groupStyle.ts";

/** The icon of a group on its color. */
export function SegmentIcon({ group, size = 36 }: { group: SegmentGroup; size?: number }) {
  const { icon: Icon, color } = groupStyle(group);
  return (
    <span
      aria-hidden="true"
      style={{
        display: "grid",
        placeItems: "center",
        flex: "none",
        width: size,
        height: size,
        borderRadius: size * 0.28,
        color: `var(--${color})`,
        background: `var(--${color}-soft)`,
      }}
    >
      <Icon size={size * 0.56} stroke={1.8} />
    </span>
  );
}
