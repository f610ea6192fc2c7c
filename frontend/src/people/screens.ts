// One chunk: people.
export { PeoplePage } from "./PeoplePage.tsx";
export { PersonPage } from "./PersonPage.tsx";
