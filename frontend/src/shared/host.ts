// What is around the screens: the console, or an app of somebody else that embeds some of them.
import type { RegisteredRouter } from "@tanstack/react-router";
import { createContext, useContext } from "react";

/** The path of a page of the console, such as `/people/$id`. */
export type PagePath = keyof RegisteredRouter["routesByPath"];

/** Where a page is: among these screens, at another address, or nowhere. */
export type Place = "here" | "elsewhere" | "nowhere";

export interface Host {
  placeOf: (page: PagePath) => Place;
  /** Where pages are that are at another address. */
  consoleUrl: string | undefined;
  /** Whether pages that are here have addresses, which a new tab can open. */
  hasAddresses: boolean;
  /** Whether an element is of the screens, and not of the app around them. */
  owns: (element: Element) => boolean;
  /** Whether a screen names the document. */
  namesDocument: boolean;
  /** Whether a page takes the focus when it opens. */
  takesFocus: () => boolean;
  /** What has the messages while no dialog is open. */
  layer: () => HTMLElement;
}

const CONSOLE: Host = {
  placeOf: () => "here",
  consoleUrl: undefined,
  hasAddresses: true,
  owns: () => true,
  namesDocument: true,
  takesFocus: () => true,
  layer: () => document.body,
};

export const HostContext = createContext(CONSOLE);

export function useHost(): Host {
  return useContext(HostContext);
}
