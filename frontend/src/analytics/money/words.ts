// The models in words, and the lines of the answer.
import type { CreditModel, RevenueAnswer, RevenueLine, RevenueOfCurrency, RevenueOfPeriod } from "../../api/client.ts";
import { quotedName } from "../../segments/health.ts";
import { formatShare, pluralize } from "../../shared/format.ts";
import { type Named, nameOf } from "../pieces/names.ts";
import type { Look } from "../pieces/PartsBar.tsx";

export const MODELS: Record<CreditModel, { name: string; text: string }> = {
  equal: { name: "Equal parts", text: "Each amount is divided equally among the buyer's segments." },
  last: { name: "Last joined", text: "Each amount goes to the segment that the buyer joined last." },
  full: { name: "In full", text: "Each amount counts in full in every segment of the buyer." },
};

export function sumText({ sumsToTotal }: RevenueAnswer): string {
  return sumsToTotal
    ? "All rows add up to the total, in every period, too."
    : "Rows don't add up to the total: the same amount counts in several segments.";
}

/** `24.00 of 60.00 EUR (40%) came from members of “Pro Users”.` Only of one segment. */
export function shareText(of: RevenueOfCurrency, amount: (minor: number) => string, named: Named): string | undefined {
  const [line, ...others] = of.segments;
  if (line === undefined || others.length > 0) return undefined;
  const share = of.total.net > 0 && line.net >= 0 ? ` (${formatShare(line.net, of.total.net)})` : "";
  return `${amount(line.net)} of ${amount(of.total.net)} ${of.currency}${share} came from members of ${quotedName(line.id, named)}.`;
}

export const paidText = ({ purchases }: RevenueLine) => pluralize(purchases, "purchase");
export const refundsText = ({ refunds }: RevenueLine) => pluralize(refunds, "refund");

export interface Row {
  id: string;
  name: string;
  line: RevenueLine;
  /** Only of segments. */
  perMemberMinor: number | null;
  /** Only sums are known, no people. */
  isErased: boolean;
}

/** Segments, those in none of them, and what is left of erased people: all that adds up. */
export function rowsOf(
  { segments, unattributed, erased }: Pick<RevenueOfCurrency, "segments" | "unattributed" | "erased">,
  named: Named,
): Row[] {
  const rest = { perMemberMinor: null, isErased: false };
  return [
    ...segments.map((line) => ({
      ...rest,
      id: line.id,
      name: nameOf(line.id, named),
      line,
      perMemberMinor: line.perMemberMinor,
    })),
    { ...rest, id: "unattributed", name: "Unattributed", line: unattributed },
    ...(isNothing(erased) ? [] : [{ ...rest, id: "erased", name: "Erased people", line: erased, isErased: true }]),
  ];
}

const isNothing = ({ gross, refunded }: RevenueLine) => gross === 0 && refunded === 0;

/** So many segments have a look of their own, the one with the most first. */
const LOOKS: Look[] = ["solid", "hatched", "dotted", "striped"];

export interface PartOfRevenue {
  name: string;
  look: Look;
  grossOf: (period: RevenueOfPeriod) => number;
}

/** What of a bar has a look of its own: the segments with the most, the others together, and the rest. */
export function partsOf(of: RevenueOfCurrency, named: Named): PartOfRevenue[] {
  const sorted = of.segments.toSorted((one, other) => other.gross - one.gross).map(({ id }) => id);
  const [shown, others] = [sorted.slice(0, LOOKS.length), sorted.slice(LOOKS.length)];
  const grossIn = (period: RevenueOfPeriod, ids: string[]) =>
    period.segments.filter(({ id }) => ids.includes(id)).reduce((sum, { gross }) => sum + gross, 0);
  return [
    ...shown.map((id, place) => ({
      name: nameOf(id, named),
      look: LOOKS[place] ?? "solid",
      grossOf: (period: RevenueOfPeriod) => grossIn(period, [id]),
    })),
    ...(others.length === 0
      ? []
      : [
          {
            name: "Other segments",
            look: "crossed" as const,
            grossOf: (period: RevenueOfPeriod) => grossIn(period, others),
          },
        ]),
    {
      name: "Unattributed or erased",
      look: "hollow",
      grossOf: ({ unattributed, erased }) => unattributed.gross + erased.gross,
    },
  ];
}
