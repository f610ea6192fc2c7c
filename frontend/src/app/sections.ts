// The sections of the console, as the rail lists them.
import {
  IconChartBar,
  IconCloudUpload,
  IconHistory,
  IconPlayerPlay,
  IconSettings,
  type Icon as IconType,
  IconUsers,
  IconUsersGroup,
} from "@tabler/icons-react";

export interface Section {
  to: "/" | "/people" | "/analytics" | "/sync" | "/runs" | "/activity" | "/settings";
  name: string;
  icon: IconType;
  /** The beginnings of the addresses that belong to it. */
  paths: string[];
}

export const SECTIONS: Section[] = [
  { to: "/", name: "Segments", icon: IconUsersGroup, paths: ["/segments/", "/compare"] },
  { to: "/people", name: "People", icon: IconUsers, paths: ["/people"] },
  { to: "/analytics", name: "Analytics", icon: IconChartBar, paths: ["/analytics"] },
  { to: "/sync", name: "Sync", icon: IconCloudUpload, paths: ["/sync"] },
  { to: "/runs", name: "Runs", icon: IconPlayerPlay, paths: ["/runs"] },
  { to: "/activity", name: "Activity", icon: IconHistory, paths: ["/activity"] },
  { to: "/settings", name: "Settings", icon: IconSettings, paths: ["/webhooks", "/tokens", "/event-names"] },
];

/** Whether an address belongs to a section. */
export function isWithin({ to, paths }: Section, address: string): boolean {
  return address === to || paths.some((path) => address.startsWith(path));
}
