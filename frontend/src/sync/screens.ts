// One chunk: a person who opens the panel of a segment is likely to open the page too, and vice versa.
export { ResendPanel } from "./ResendPanel.tsx";
export { SyncPage } from "./SyncPage.tsx";
