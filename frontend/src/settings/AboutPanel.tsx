import { useQuery } from "@tanstack/react-query";
import type { DatabaseKind } from "../api/client.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import panel from "../shared/Panel.module.css";
import { zoneName } from "../shared/zone.ts";
import { aboutQuery } from "./queries.ts";
import styles from "./Settings.module.css";

const DATABASES: Record<DatabaseKind, string> = { sqlite: "SQLite", postgres: "PostgreSQL", citus: "Citus" };

export function AboutPanel() {
  const { data: about, error, refetch } = useQuery(aboutQuery);
  return (
    <section className={panel.panel} aria-labelledby="about">
      <h2 className={panel.title} id="about">
        About
      </h2>
      {error !== null && about === undefined && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      <dl className={styles.about}>
        <dt>Version</dt>
        <dd>{about?.version ?? "…"}</dd>
        <dt>Database</dt>
        <dd>{about === undefined ? "…" : DATABASES[about.database]}</dd>
        <dt>Shards</dt>
        <dd>{about?.shards ?? "…"}</dd>
        <dt>Days begin at midnight in</dt>
        <dd>{about?.zone ?? "…"}</dd>
        <dt>Your time zone</dt>
        <dd>{zoneName()}</dd>
      </dl>
    </section>
  );
}
