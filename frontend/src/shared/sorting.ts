// What a table is sorted by, as addresses say it.

/** With a minus, the greatest comes first. */
export type SortBy<Key extends string> = Key | `-${Key}`;

export function sortOf<Key extends string>(sort: SortBy<Key>): { key: Key; isDescending: boolean } {
  return { key: sort.replace(/^-/, "") as Key, isDescending: sort.startsWith("-") };
}

/** Sorts by a column, the greatest or the least first. Again, it is turned around; then as before. */
export function nextSort<Key extends string>(
  key: Key,
  sort: SortBy<Key> | undefined,
  isGreatestFirst: boolean,
): SortBy<Key> | undefined {
  const [first, second]: SortBy<Key>[] = isGreatestFirst ? [`-${key}`, key] : [key, `-${key}`];
  if (sort === first) return second;
  return sort === second ? undefined : first;
}

export const ariaSort = (isDescending: boolean) => (isDescending ? "descending" : "ascending");
