// Amounts of money as people write them, and in the minor units of definitions. By text: a number with a point would be rounded.

import { LOCALE } from "./format.ts";

const AMOUNT = /^(-?)(\d+)(?:\.(\d*))?$/;

/** `29.00` is 2900 with two digits after the point. Nothing if the text has more digits, or is no amount. */
export function toMinor(text: string, exponent: number): number | undefined {
  const [, sign, whole = "", fraction = ""] = AMOUNT.exec(text.trim()) ?? [];
  const digits = fraction.replace(/0+$/, "");
  if (sign === undefined || digits.length > exponent) return undefined;
  const minor = Number(whole + digits.padEnd(exponent, "0"));
  if (!Number.isSafeInteger(minor)) return undefined;
  return sign === "-" && minor !== 0 ? -minor : minor;
}

/** 2900 is `29.00` with two digits after the point. */
export function toMajor(minor: number, exponent: number): string {
  const digits = String(Math.abs(minor)).padStart(exponent + 1, "0");
  const point = digits.length - exponent;
  const fraction = exponent === 0 ? "" : `.${digits.slice(point)}`;
  return `${minor < 0 ? "-" : ""}${digits.slice(0, point)}${fraction}`;
}

/** 190000 is `1,900.00`, to be read and not to be typed. */
export function formatAmount(minor: number, exponent: number): string {
  const format = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: exponent });
  // As a text: a number with a point would be rounded.
  return format.format(toMajor(minor, exponent) as `${number}`);
}
