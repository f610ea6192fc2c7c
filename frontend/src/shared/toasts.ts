// Short messages at the edge of the screen. They go by themselves, or when what they offer was done.

import { announce } from "./Announcer.tsx";
import { said } from "./said.ts";
import { store } from "./store.ts";

export interface Toast {
  id: number;
  tone: "done" | "notice" | "fault";
  title: string;
  text?: string | undefined;
  /** How long it stays, in milliseconds. */
  lasts: number;
  action?: { label: string; run: () => void } | undefined;
}

const USUAL = 6_000;
const FAULT = 12_000;

const toasts = store<Toast[]>([]);
let lastId = 0;

export const useToasts = toasts.use;

export function toast(content: Omit<Toast, "id" | "lasts"> & { lasts?: number }): number {
  lastId += 1;
  const lasts = content.lasts ?? (content.tone === "fault" ? FAULT : USUAL);
  toasts.set([...toasts.get(), { ...content, lasts, id: lastId }]);
  announce([content.title, content.text].filter(Boolean).join(". "));
  return lastId;
}

/** What went wrong, in words. */
export function toastFault(error: unknown, what?: string) {
  const { title, text } = said(error);
  toast({ tone: "fault", title: what ?? title, text: what === undefined ? text : `${title}. ${text}` });
}

export function dismiss(id: number) {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}
