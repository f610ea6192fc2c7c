/** The reports that have a page. */
export const REPORTS = [
  { to: "/analytics/conversion", name: "Conversion", question: "How many of those who join a segment reach a goal?" },
] as const;
