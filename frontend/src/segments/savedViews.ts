// The list of segments as it is asked for, under names. They are kept in this browser, for whoever uses it.
import { type ListSearch, readListSearch } from "../app/routes.ts";
import { createStore } from "../shared/store.ts";

export interface SavedView {
  name: string;
  search: ListSearch;
}

const KEY = "audience.views";
export const MAX_NAME_LENGTH = 60;

const views = createStore<SavedView[]>(storedViews());

export const useSavedViews = views.use;

/** In place of one of the same name. Returns whether the browser keeps it beyond this tab. */
export function saveView(name: string, search: ListSearch): boolean {
  const others = views.get().filter((view) => view.name !== name);
  return keep([...others, { name, search: readListSearch({ ...search }) }]);
}

export function deleteView(name: string) {
  keep(views.get().filter((view) => view.name !== name));
}

/** Whether a list is the one that was saved. */
export function isSame(view: SavedView, search: ListSearch): boolean {
  return JSON.stringify(view.search) === JSON.stringify(readListSearch({ ...search }));
}

function keep(next: SavedView[]): boolean {
  views.set(next.sort((one, other) => one.name.localeCompare(other.name)));
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
    return true;
  } catch {
    // The storage is full or forbidden.
    return false;
  }
}

/** What is not a view, or not of this version, is left out. */
function storedViews(): SavedView[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(stored) ? stored.flatMap(readView) : [];
  } catch {
    return [];
  }
}

function readView(stored: unknown): SavedView[] {
  if (typeof stored !== "object" || stored === null || !("name" in stored) || !("search" in stored)) return [];
  const { name, search } = stored;
  if (typeof name !== "string" || name === "" || typeof search !== "object" || search === null) return [];
  return [{ name: name.slice(0, MAX_NAME_LENGTH), search: readListSearch({ ...search }) }];
}
