import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { ZoneNote } from "../shared/ZoneNote.tsx";
import { queryClient } from "./api.ts";
import { onReconnect, useIsOffline } from "./connection.ts";
import { Logo } from "./Logo.tsx";
import styles from "./Shell.module.css";
import { signOut } from "./session.ts";
import { useFocusHistory } from "./useFocusHistory.ts";

/** The frame around every screen. */
export function Shell() {
  // What was asked for while the connection was lost is asked for again.
  useEffect(() => onReconnect(() => void queryClient.invalidateQueries()), []);
  useFocusHistory();
  return (
    <>
      <a href="#content" className={styles.skip}>
        Skip to content
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link to="/" className={styles.home}>
            <Logo />
            <span className={styles.product}>Audience</span>
          </Link>
          <nav className={styles.pages} aria-label="Main">
            <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
              Segments
            </Link>
            <Link to="/analytics" activeOptions={{ includeSearch: false }}>
              Analytics
            </Link>
            <Link to="/sync" activeOptions={{ includeSearch: false }}>
              Sync
            </Link>
            <Link to="/webhooks">Webhooks</Link>
          </nav>
          <div className={styles.actions}>
            <SchemeToggle />
            <SignOut />
          </div>
        </div>
        <OfflineNotice />
        <PageLoading />
      </header>
      <main id="content" tabIndex={-1} className={styles.content}>
        <Outlet />
      </main>
      <footer className={styles.footer}>
        <ZoneNote />
      </footer>
    </>
  );
}

function SchemeToggle() {
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme("light") === "dark";
  const label = isDark ? "Use light theme" : "Use dark theme";
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(isDark ? "light" : "dark")}
    >
      {isDark ? <IconSun size={19} /> : <IconMoon size={19} />}
    </ActionIcon>
  );
}

function SignOut() {
  function leave() {
    queryClient.clear();
    signOut();
  }
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      h={30}
      leftSection={<IconLogout size={17} />}
      onClick={leave}
    >
      <span className={styles.signOut}>Sign out</span>
    </Button>
  );
}

/** A line below the header while the page that was chosen is on its way. */
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
