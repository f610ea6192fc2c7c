// Short messages at the edge of the screen. They go by themselves, or when what they offer was done.

import { announce } from "./Announcer.tsx";
import { errorMessage } from "./errorMessages.ts";
import { createStore } from "./store.ts";

export interface Toast {
  id: number;
  tone: "done" | "notice" | "fault";
  title: string;
  text?: string | undefined;
  /** How long it stays, in milliseconds. */
  duration: number;
  action?: { label: string; run: () => void } | undefined;
}

const USUAL = 6_000;
/** Of a fault, and of what offers something. */
const LONG = 12_000;

const toasts = createStore<Toast[]>([]);
let lastId = 0;

export const useToasts = toasts.use;

export function toast(content: Omit<Toast, "id" | "duration"> & { duration?: number }): number {
  lastId += 1;
  const duration = content.duration ?? (content.tone === "fault" || content.action !== undefined ? LONG : USUAL);
  toasts.set([...toasts.get(), { ...content, duration, id: lastId }]);
  announce([content.title, content.text].filter(Boolean).join(". "));
  return lastId;
}

/** Shows an error as a toast. */
export function toastError(error: unknown, what?: string, action?: Toast["action"]) {
  const { title, text } = errorMessage(error);
  toast({ tone: "fault", title: what ?? title, text: what === undefined ? text : `${title}. ${text}`, action });
}

export function dismiss(id: number) {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}
