/** The day of an instant in a zone, such as `2026-03-01`. */
export function dayIn(instant: string, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(new Date(instant));
}
