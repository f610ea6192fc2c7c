// Which pages there are where single screens are embedded.
import type { PagePath, Place } from "../shared/host.ts";

/** A screen that is shown, or what opens the page in the app around it, with the params in the order of the path. */
export type Page = "screen" | ((...params: string[]) => void);

/** The first path that fits an address is taken, also if there is no page for it. */
export type Pages = { readonly [path in PagePath]?: Page | undefined };

/** The page at an address, with its params. Nothing if there is none. */
export function pageAt(pages: Pages, address: string): { page: Page; params: string[] } | undefined {
  for (const [path, page] of Object.entries(pages)) {
    const params = paramsOf(path, address);
    if (params !== undefined) return page && { page, params };
  }
  return undefined;
}

/** The paths that there is a page for. */
export function givenIn(pages: Pages): string[] {
  return Object.entries(pages).flatMap(([path, page]) => (page === undefined ? [] : [path]));
}

export function placeOf(given: string[], consoleUrl: string | undefined, path: PagePath): Place {
  if (given.includes(path)) return "here";
  return consoleUrl === undefined ? "nowhere" : "elsewhere";
}

/** The params of an address such as `/people/42?q=1` by a path such as `/people/$id`. Nothing if it does not fit. */
function paramsOf(path: string, address: string): string[] | undefined {
  const wanted = path.split("/");
  const given = address.replace(/[?#].*$/, "").split("/");
  const fits = wanted.length === given.length && wanted.every((part, at) => part.startsWith("$") || part === given[at]);
  return fits ? given.filter((_, at) => wanted[at]?.startsWith("$")).map(decodeURIComponent) : undefined;
}
