// The dialogs of webhooks. Their code loads when one is first opened.
import { lazy } from "react";

export const EditDialog = lazy(async () => ({ default: (await import("./WebhookDialogs.ts")).EditDialog }));
export const RotateDialog = lazy(async () => ({ default: (await import("./WebhookDialogs.ts")).RotateDialog }));
export const SwitchDialog = lazy(async () => ({ default: (await import("./WebhookDialogs.ts")).SwitchDialog }));
export const DeleteDialog = lazy(async () => ({ default: (await import("./WebhookDialogs.ts")).DeleteDialog }));
