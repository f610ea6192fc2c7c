// Short messages at the edge of the screen. They go by themselves, or when what they offer was done.
import { useSyncExternalStore } from "react";
import { said } from "../app/said.ts";
import { announce } from "./Announcer.tsx";

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

let toasts: Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

export function toast(content: Omit<Toast, "id" | "lasts"> & { lasts?: number }): number {
  lastId += 1;
  const lasts = content.lasts ?? (content.tone === "fault" ? FAULT : USUAL);
  change([...toasts, { ...content, lasts, id: lastId }]);
  announce([content.title, content.text].filter(Boolean).join(". "));
  return lastId;
}

/** What went wrong, in words. */
export function toastFault(error: unknown, what?: string) {
  const { title, text } = said(error);
  toast({ tone: "fault", title: what ?? title, text: what === undefined ? text : `${title}. ${text}` });
}

export function dismiss(id: number) {
  change(toasts.filter((toast) => toast.id !== id));
}

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}

function change(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}
