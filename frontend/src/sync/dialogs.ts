// The dialogs of sync. Their code loads when one is first opened.
import { lazy } from "react";

export const SwitchOnDialog = lazy(async () => ({ default: (await import("./SyncDialogs.ts")).SwitchOnDialog }));
export const SwitchOffDialog = lazy(async () => ({ default: (await import("./SyncDialogs.ts")).SwitchOffDialog }));
export const PauseAllDialog = lazy(async () => ({ default: (await import("./SyncDialogs.ts")).PauseAllDialog }));
export const LiftDialog = lazy(async () => ({ default: (await import("./SyncDialogs.ts")).LiftDialog }));
export const AllowRemovalsDialog = lazy(async () => ({
  default: (await import("./SyncDialogs.ts")).AllowRemovalsDialog,
}));
