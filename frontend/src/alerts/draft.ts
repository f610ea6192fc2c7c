// An alert as the form has it, and as params.
import type { Alert, AlertBase, AlertDirection, AlertKind, SaveAlertParams } from "../api/client.ts";
import { watchesChange } from "./words.ts";

export interface AlertDraft {
  segment: string;
  kind: AlertKind;
  against: AlertBase;
  direction: AlertDirection;
  /** As typed. */
  threshold: string;
  minSize: string;
  cooldownHours: string;
}

const USUAL: AlertDraft = {
  segment: "",
  kind: "changePercent",
  against: "lastWeek",
  direction: "both",
  threshold: "20",
  minSize: "100",
  cooldownHours: "24",
};

export function draftOf(alert: Alert | undefined): AlertDraft {
  if (alert === undefined) return USUAL;
  const { segment, kind, against, direction, threshold, minSize, cooldownHours } = alert;
  return {
    segment,
    kind,
    against: against ?? USUAL.against,
    direction: direction ?? USUAL.direction,
    threshold: String(threshold),
    minSize: minSize === null ? USUAL.minSize : String(minSize),
    cooldownHours: String(cooldownHours),
  };
}

const WHOLE = /^\d{1,13}$/;

/** What is missing or no number, by the field. */
export function missingOf(draft: AlertDraft): Partial<Record<keyof AlertDraft, string>> {
  const numbers = ["threshold", "cooldownHours", ...(watchesChange(draft.kind) ? ["minSize"] : [])] as const;
  const faulty = numbers.filter((name) => !WHOLE.test(draft[name as keyof AlertDraft].trim()));
  return {
    ...(draft.segment === "" && { segment: "Choose a segment." }),
    ...Object.fromEntries(faulty.map((name) => [name, "Enter a whole number."])),
  };
}

/** Only what matters for the kind. */
export function paramsOf(draft: AlertDraft, alertId: string | undefined): SaveAlertParams {
  const { segment, kind, against, direction, threshold, minSize, cooldownHours } = draft;
  return {
    ...(alertId !== undefined && { alertId }),
    segment,
    kind,
    threshold: Number(threshold),
    cooldownHours: Number(cooldownHours),
    ...(watchesChange(kind) && { against, direction, minSize: Number(minSize) }),
  };
}
