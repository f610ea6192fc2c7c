// One chunk: the audit log.
export { ActivityList } from "./ActivityList.tsx";
export { ActivityPage } from "./ActivityPage.tsx";
