// One chunk: the pages that settings lead to.
export { EventNamesPage } from "./EventNamesPage.tsx";
export { TokensPage } from "./TokensPage.tsx";
