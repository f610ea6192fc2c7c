/** The reports that have a page. */
export const REPORTS = [
  { to: "/analytics/conversion", name: "Conversion", question: "How many of those who join a segment reach a goal?" },
  {
    to: "/analytics/overlap",
    name: "Overlap",
    question: "How many people are in several segments at once, and which segments lie within others?",
  },
  { to: "/analytics/flow", name: "Flow", question: "How do people move between segments from one time to another?" },
  {
    to: "/analytics/money",
    name: "Money",
    question: "How much did people pay and get back while they were in which segment?",
  },
  { to: "/analytics/cohorts", name: "Cohorts", question: "What do people do in the weeks after they began?" },
  { to: "/analytics/engagement", name: "Engagement", question: "How active are the members of segments?" },
  {
    to: "/analytics/forecast",
    name: "Forecast",
    question: "Who joins and leaves a segment in the days to come?",
  },
  { to: "/analytics/lift", name: "Lift", question: "What did a message to a segment bring?" },
  {
    to: "/analytics/compare",
    name: "Comparison",
    question: "How do two segments differ in size, activity, conversion and money?",
  },
] as const;
