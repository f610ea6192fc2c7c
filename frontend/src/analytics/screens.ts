// One chunk: all reports.
export { AnalyticsPage } from "./AnalyticsPage.tsx";
export { ConversionPage } from "./conversion/ConversionPage.tsx";
export { FlowPage } from "./flow/FlowPage.tsx";
export { OverlapPage } from "./overlap/OverlapPage.tsx";
