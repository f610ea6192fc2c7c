import { createHistory, createMemoryHistory, type RouterHistory } from "@tanstack/react-router";

type Blockers = ReturnType<RouterHistory["_getBlockers"]>;

interface Options {
  /** The address of the first screen. */
  first: string;
  /** Opens an address in the app around the screens, and says so; or else a screen is shown. */
  leave: (address: string) => boolean;
  /** What a link to an address says in the page. */
  hrefOf: (address: string) => string;
}

/** Where the screens are, in memory: the address in the browser belongs to the app around them. */
export function embeddedHistory({ first, leave, hrefOf }: Options): RouterHistory {
  const memory = createMemoryHistory({ initialEntries: [first] });
  let blockers: Blockers = [];
  return createHistory({
    getLocation: () => memory.location,
    getLength: () => memory.length,
    pushState: (address, state) => leave(address) || memory.push(address, state),
    replaceState: (address, state) => leave(address) || memory.replace(address, state),
    go: (steps) => memory.go(steps),
    back: () => memory.back(),
    forward: () => memory.forward(),
    createHref: hrefOf,
    getBlockers: () => blockers,
    setBlockers: (next) => {
      blockers = next;
    },
  });
}
