import type { SortKey } from "../../app/routes.ts";

export interface Column {
  /** Names the column in CSS, too. */
  key: SortKey;
  label: string;
  isNumber?: boolean;
  /** What the label leaves out. */
  hint?: string;
}

export const COLUMNS: Column[] = [
  { key: "name", label: "Name" },
  { key: "members", label: "Members", isNumber: true },
  { key: "change7", label: "7 days", isNumber: true, hint: "Change in 7 days" },
  { key: "change30", label: "30 days", isNumber: true, hint: "Change in 30 days" },
  { key: "trend", label: "Trend", hint: "Size over 30 days. Sorts by growth in percent." },
  { key: "state", label: "State" },
  { key: "changed", label: "Last change", hint: "When the members last changed" },
  { key: "createdBy", label: "Created by" },
  { key: "editedBy", label: "Edited by" },
  { key: "sync", label: "Sync" },
];
