import { Link } from "@tanstack/react-router";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import styles from "./pieces/Analytics.module.css";
import { REPORTS } from "./pieces/reports.ts";

/** The reports, each with the question that it answers. */
export function AnalyticsPage() {
  useDocumentTitle("Analytics");
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <PageTitle>Analytics</PageTitle>
          <p className={page.subtitle}>
            Figures use membership at the time. They are exact: nothing is sampled or estimated.
          </p>
        </div>
      </header>
      <ul className={styles.reports}>
        {REPORTS.map(({ to, name, question }) => (
          <li key={to} className={panel.panel}>
            <h2 className={panel.title}>
              <Link to={to} className={styles.link}>
                {name}
              </Link>
            </h2>
            <p className={panel.words}>{question}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
