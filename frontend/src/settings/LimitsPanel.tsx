import { useQuery } from "@tanstack/react-query";
import type { DefinitionLimits } from "../api/client.ts";
import { fieldsQuery } from "../detail/queries.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import figures from "../shared/Figures.module.css";
import { formatNumber } from "../shared/format.ts";
import panel from "../shared/Panel.module.css";

const LIMITS: Record<keyof DefinitionLimits, string> = {
  conditions: "Conditions",
  depth: "Levels of groups",
  listValues: "Values in a list",
  textCharacters: "Characters in a text",
  jsonBytes: "Bytes as JSON",
};

/** How large a definition may be. */
export function LimitsPanel() {
  const { data, error, refetch } = useQuery(fieldsQuery);
  return (
    <section className={panel.panel} aria-labelledby="limits">
      <h2 className={panel.title} id="limits">
        Limits of a definition
      </h2>
      {error !== null && data === undefined && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {(data !== undefined || error === null) && (
        <dl className={figures.figures}>
          {(Object.keys(LIMITS) as (keyof DefinitionLimits)[]).map((limit) => (
            <div key={limit}>
              <dt>{LIMITS[limit]}</dt>
              <dd>
                <strong>{data === undefined ? "…" : formatNumber(data.limits[limit])}</strong>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
