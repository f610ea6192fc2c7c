// Tables as CSV, written as the API writes them: RFC 4180, and no cell is a formula.

export type CsvCell = string | number | boolean | null;

/** What a spreadsheet would run: also after spaces, in full width, or behind what looks like an escape. */
const FORMULA = /^'*(?:(?![\t\r\n])[\s\u0085\u200b])*[=+\-@\t\r\n＝＋－＠]/;

/** With a header row. Texts that a spreadsheet could run as a formula are prefixed with `'`. */
export function csvOf(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((cells) => `${cells.map(cellOf).join(",")}\r\n`).join("");
}

function cellOf(cell: CsvCell): string {
  if (typeof cell !== "string") return cell === null ? "" : String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
