// The dialogs of goals. Their code loads when one is first opened.
import { lazy } from "react";

export const SaveGoalDialog = lazy(async () => ({ default: (await import("./GoalDialogs.ts")).SaveGoalDialog }));
export const DeleteGoalDialog = lazy(async () => ({ default: (await import("./GoalDialogs.ts")).DeleteGoalDialog }));
