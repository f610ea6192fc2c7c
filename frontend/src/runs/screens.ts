// One chunk: all about runs.
export { RunPage } from "./RunPage.tsx";
export { RunsPage } from "./RunsPage.tsx";
