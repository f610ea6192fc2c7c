export { DeleteGoalDialog } from "./DeleteGoalDialog.tsx";
export { SaveGoalDialog } from "./SaveGoalDialog.tsx";
