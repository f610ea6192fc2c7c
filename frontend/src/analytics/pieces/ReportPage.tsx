import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import page from "../../shared/Page.module.css";
import { PageTitle } from "../../shared/PageTitle.tsx";
import { useDocumentTitle } from "../../shared/useDocumentTitle.ts";
import styles from "./Analytics.module.css";
import { REPORTS } from "./reports.ts";

interface Props {
  title: string;
  subtitle: string;
  children: ReactNode;
}

/** The frame of a report, with the way to the others. */
export function ReportPage({ title, subtitle, children }: Props) {
  useDocumentTitle(title);
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <PageTitle>{title}</PageTitle>
          <p className={page.subtitle}>{subtitle}</p>
        </div>
        <nav className={styles.tabs} aria-label="Reports">
          {REPORTS.map(({ to, name }) => (
            <Link key={to} to={to} activeOptions={{ includeSearch: false }}>
              {name}
            </Link>
          ))}
        </nav>
      </header>
      {children}
    </div>
  );
}
