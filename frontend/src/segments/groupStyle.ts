// Each group of segments has its icon and color.
import {
  IconAdjustmentsHorizontal,
  IconCertificate,
  IconCreditCard,
  IconFlame,
  IconRefresh,
  type Icon as IconType,
} from "@tabler/icons-react";
import type { SegmentGroup } from "../api/client.ts";

export interface GroupStyle {
  icon: IconType;
  label: string;
  /** The name of the color in groupStyle.css. */
  color: string;
}

const GROUP_STYLES: Record<SegmentGroup, GroupStyle> = {
  plan: { icon: IconCreditCard, label: "Plan", color: "indigo" },
  lifecycle: { icon: IconRefresh, label: "Lifecycle", color: "teal" },
  behavior: { icon: IconFlame, label: "Behavior", color: "orange" },
  certification: { icon: IconCertificate, label: "Certification", color: "violet" },
  custom: { icon: IconAdjustmentsHorizontal, label: "Custom", color: "pink" },
};

export function groupStyle(group: SegmentGroup): GroupStyle {
  return GROUP_STYLES[group];
}
