// The dialogs of alerts. Their code loads when one is first opened.
import { lazy } from "react";

export const AlertDialog = lazy(async () => ({ default: (await import("./AlertDialogs.ts")).AlertDialog }));
export const DeleteAlertDialog = lazy(async () => ({ default: (await import("./AlertDialogs.ts")).DeleteAlertDialog }));
