// Lists of texts in the address.

/** Ids and instants have no commas. */
export function listOf(text: string | undefined): string[] {
  return text === undefined || text === "" ? [] : text.split(",");
}

export const textOf = (list: string[]) => list.join(",");
