import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { Link, useRouterState } from "@tanstack/react-router";
import { AlertBell } from "./AlertBell.tsx";
import { queryClient } from "./api.ts";
import { Logo } from "./Logo.tsx";
import { PaletteButton } from "./PaletteButton.tsx";
import styles from "./Rail.module.css";
import { RunHealthChip } from "./RunHealthChip.tsx";
import { isWithin, SECTIONS } from "./sections.ts";
import { signOut } from "./session.ts";

/** The way to every section, at the left; in a narrow window at the bottom. */
export function Rail() {
  const address = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <header className={styles.rail}>
      <Link to="/" className={styles.home}>
        <Logo />
        <span className={styles.product}>Audience</span>
      </Link>
      <nav className={styles.sections} aria-label="Main">
        {SECTIONS.map((section) => (
          <Link
            key={section.to}
            to={section.to}
            activeOptions={{ exact: true, includeSearch: false }}
            aria-current={isWithin(section, address) ? "page" : undefined}
          >
            <section.icon size={20} stroke={1.7} aria-hidden />
            <span>{section.name}</span>
            {section.to === "/runs" && <RunHealthChip />}
          </Link>
        ))}
      </nav>
      <div className={styles.actions}>
        <AlertBell />
        <PaletteButton />
        <SchemeToggle />
        <SignOut />
      </div>
    </header>
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
    <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Sign out" title="Sign out" onClick={leave}>
      <IconLogout size={19} />
    </ActionIcon>
  );
}
