// The order of these counts: what takes back the styles of the app comes before all others.
import "./reset.css";
import "../styles.ts";
import "./surface.css";
import { type MantineColorSchemeManager, MantineProvider, mergeThemeOverrides } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { QueryClientProvider } from "@tanstack/react-query";
import { type RouteComponent, RouterProvider } from "@tanstack/react-router";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Announcer } from "../shared/Announcer.tsx";
import { type Host, HostContext } from "../shared/host.ts";
import { createStore } from "../shared/store.ts";
import { Toaster } from "../shared/Toaster.tsx";
import { theme } from "../theme.ts";
import { embeddedHistory } from "./history.ts";
import { givenIn, type Pages, pageAt, placeOf } from "./pages.ts";
import type { ScreenProps } from "./props.ts";
import { queryClientOf } from "./queryClients.ts";
import { embeddedRouter } from "./router.tsx";
import { useTellApp } from "./useTellApp.ts";

interface Props extends Omit<ScreenProps, "onOpenPerson"> {
  /** The address of the first screen. */
  first: string;
  pages: Pages;
  /** What is behind the detail of a segment. */
  manager: RouteComponent;
  /** Whether all of it is above the page, and takes no room in it. */
  isAbove?: boolean;
}

const ELEMENT = "data-audience-console";

/** Screens of the console in a page of another app: their elements, and all that they need around them. */
export function Embedded(props: Props) {
  const isDark = useMediaQuery("(prefers-color-scheme: dark)");
  const { colorScheme = "auto", isAbove = false } = props;
  const scheme = colorScheme === "auto" ? (isDark ? "dark" : "light") : colorScheme;
  const [page, setPage] = useState<HTMLElement | null>(null);
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  const look = { "data-mantine-color-scheme": scheme, "data-respect-reduced-motion": true };
  return (
    <>
      <div ref={setPage} hidden={isAbove} {...{ [ELEMENT]: "page" }} {...look}>
        {page !== null && layer !== null && (
          <Screens key={props.first} {...props} scheme={scheme} page={page} layer={layer} />
        )}
      </div>
      {page !== null && createPortal(<div ref={setLayer} {...{ [ELEMENT]: "layer" }} {...look} />, document.body)}
    </>
  );
}

interface ScreensProps extends Props {
  scheme: "light" | "dark";
  page: HTMLElement;
  layer: HTMLElement;
}

function Screens({ client, consoleUrl, first, pages, manager, scheme, page, layer }: ScreensProps) {
  const latest = useRef({ pages, consoleUrl });
  latest.current = { pages, consoleUrl };
  const hasMoved = useRef(false);
  const [router] = useState(() => {
    const history = embeddedHistory({
      first,
      leave(address) {
        hasMoved.current = true;
        const found = pageAt(latest.current.pages, address);
        if (found === undefined || found.page === "screen") return false;
        found.page(...found.params);
        return true;
      },
      hrefOf(address) {
        const { pages, consoleUrl } = latest.current;
        // What has no address of its own leads to the page of the app.
        if (consoleUrl === undefined || pageAt(pages, address) !== undefined) return "#";
        return consoleUrl.replace(/\/$/, "") + address;
      },
    });
    return embeddedRouter(history, manager);
  });
  // What never changes: a heading would take the focus again, and keys would be listened to anew.
  const surroundings = useMemo<Omit<Host, "placeOf" | "consoleUrl">>(
    () => ({
      owns: (element) => page.contains(element) || layer.contains(element),
      hasAddresses: false,
      namesDocument: false,
      // The first screen comes with a page of the app, which may have given the focus to something.
      takesFocus: () => hasMoved.current,
      layer: () => layer,
    }),
    [page, layer],
  );
  // Not the functions themselves, which many apps make anew each time they draw.
  const given = givenIn(pages).join(" ");
  const host = useMemo<Host>(
    () => ({ ...surroundings, consoleUrl, placeOf: (path) => placeOf(given.split(" "), consoleUrl, path) }),
    [surroundings, given, consoleUrl],
  );
  const ownTheme = useMemo(
    () => mergeThemeOverrides(theme, { components: { Portal: { defaultProps: { target: layer } } } }),
    [layer],
  );
  const speaks = useIsFirst();
  const queryClient = queryClientOf(client);
  useTellApp(queryClient);
  return (
    <MantineProvider
      theme={ownTheme}
      forceColorScheme={scheme}
      colorSchemeManager={NO_MEMORY}
      cssVariablesSelector={`[${ELEMENT}]`}
      getRootElement={() => undefined}
      withGlobalClasses={false}
    >
      <QueryClientProvider client={queryClient}>
        <HostContext value={host}>
          <RouterProvider router={router} />
          {speaks && (
            <>
              <Toaster />
              <Announcer />
            </>
          )}
        </HostContext>
      </QueryClientProvider>
    </MantineProvider>
  );
}

/** The scheme is given: nothing is kept in the browser. */
const NO_MEMORY: MantineColorSchemeManager = {
  get: (scheme) => scheme,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

const embedded = createStore<object[]>([]);

/** Whether these are the first of all embedded screens in the document. Only they say what is said to the reader, so it is said once. */
function useIsFirst(): boolean {
  const [me] = useState({});
  useLayoutEffect(() => {
    embedded.set([...embedded.get(), me]);
    return () => embedded.set(embedded.get().filter((other) => other !== me));
  }, [me]);
  return embedded.use()[0] === me;
}
