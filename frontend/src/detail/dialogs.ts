// Dialogs, each fetched when it is first opened.
import { lazy } from "react";

export const AddDialog = lazy(async () => ({ default: (await import("./AddDialog.tsx")).AddDialog }));
export const ExplainDialog = lazy(async () => ({ default: (await import("./ExplainDialog.tsx")).ExplainDialog }));
export const ExportDialog = lazy(async () => ({ default: (await import("./ExportDialog.tsx")).ExportDialog }));
export const RemoveDialog = lazy(async () => ({ default: (await import("./RemoveDialog.tsx")).RemoveDialog }));
export const VersionsDialog = lazy(async () => ({ default: (await import("./VersionsDialog.tsx")).VersionsDialog }));
