// One chunk: who opens the panel of a segment is likely to open the page, and the other way round.
export { ResendPanel } from "./ResendPanel.tsx";
export { SyncPage } from "./SyncPage.tsx";
