import { Outlet, useRouterState } from "@tanstack/react-router";
import { type ReactElement, type ReactNode, useEffect } from "react";
import { ZoneNote } from "../shared/ZoneNote.tsx";
import { queryClient } from "./api.ts";
import { onReconnect, useIsOffline } from "./connection.ts";
import { Rail } from "./Rail.tsx";
import styles from "./Shell.module.css";
import { useFocusHistory } from "./useFocusHistory.ts";

/** The frame around every screen. */
export function Shell() {
  // What was asked for while the connection was lost is asked for again.
  useEffect(() => onReconnect(() => void queryClient.invalidateQueries()), []);
  useFocusHistory();
  return (
    <Frame
      footer={
        <footer className={styles.footer}>
          <ZoneNote />
        </footer>
      }
    >
      <Outlet />
    </Frame>
  );
}

/** The frame alone until the code of the first page has come, and then the page. */
export function FirstLoad({ children }: { children: ReactNode }): ReactElement {
  const isWaiting = useRouterState({ select: ({ matches }) => matches.length === 0 });
  return (
    <>
      {isWaiting && <Frame />}
      {children}
    </>
  );
}

function Frame({ footer, children }: { footer?: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.frame}>
      <a href="#content" className={styles.skip}>
        Skip to content
      </a>
      <Rail />
      <div className={styles.page}>
        <div className={styles.notices}>
          <OfflineNotice />
          <PageLoading />
        </div>
        <main id="content" tabIndex={-1} className={styles.content}>
          {children}
        </main>
        {footer}
      </div>
    </div>
  );
}

/** A line at the top while the page that was chosen is on its way. */
function PageLoading() {
  const isLoading = useRouterState({ select: ({ status }) => status === "pending" });
  return isLoading && <div className={styles.loading} role="progressbar" aria-label="Loading the page" />;
}

function OfflineNotice() {
  const isOffline = useIsOffline();
  return (
    <div role="status">
      {isOffline && <p className={styles.lost}>No connection to the server. Reconnecting… Your work is kept.</p>}
    </div>
  );
}
