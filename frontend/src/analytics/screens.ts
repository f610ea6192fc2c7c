// One chunk: the reports, but those that have one of their own.
export { AnalyticsPage } from "./AnalyticsPage.tsx";
export { CohortsPage } from "./cohorts/CohortsPage.tsx";
export { ComparePage } from "./compare/ComparePage.tsx";
export { ConversionPage } from "./conversion/ConversionPage.tsx";
export { SegmentConversion } from "./conversion/SegmentConversion.tsx";
export { EngagementPage } from "./engagement/EngagementPage.tsx";
export { SegmentEngagement } from "./engagement/SegmentEngagement.tsx";
export { MoneyPage } from "./money/MoneyPage.tsx";
export { SegmentMoney } from "./money/SegmentMoney.tsx";
export { OverlapPage } from "./overlap/OverlapPage.tsx";
