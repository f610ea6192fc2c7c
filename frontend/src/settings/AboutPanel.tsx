import { useQuery } from "@tanstack/react-query";
import { sizesQuery } from "../segments/queries.ts";
import panel from "../shared/Panel.module.css";
import { zoneName } from "../shared/zone.ts";
import { aboutQuery } from "./queries.ts";
import styles from "./Settings.module.css";

export function AboutPanel() {
  const version = useQuery(aboutQuery).data;
  const zone = useQuery(sizesQuery).data?.zone;
  return (
    <section className={panel.panel} aria-labelledby="about">
      <h2 className={panel.title} id="about">
        About
      </h2>
      <dl className={styles.about}>
        <dt>Version</dt>
        <dd>{version ?? "…"}</dd>
        <dt>Days begin at midnight in</dt>
        <dd>{zone ?? "…"}</dd>
        <dt>Your time zone</dt>
        <dd>{zoneName()}</dd>
      </dl>
    </section>
  );
}
