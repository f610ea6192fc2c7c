import { Skeleton } from "@mantine/core";
import type { GetSegmentResult } from "../api/client.ts";
import { UNREADABLE_DEFINITION } from "../segments/health.ts";
import panel from "../shared/Panel.module.css";
import { sentenceOf } from "../shared/sentence.ts";
import { Versions } from "./Versions.tsx";

/** Who is in the segment, in full, and what it has been. */
export function DefinitionPanel({ segment }: { segment: GetSegmentResult | undefined }) {
  if (segment === undefined) return <Skeleton height={160} radius={12} />;
  const { type, description, criteriaInWords: words } = segment;
  return (
    <>
      <section className={panel.panel} aria-labelledby="definition">
        <h3 className={panel.title} id="definition">
          Definition
        </h3>
        <p className={`${panel.words} isolated`}>{words === null ? UNREADABLE_DEFINITION : sentenceOf(words)}</p>
        {description !== "" && <p className={`${panel.words} isolated`}>{description}</p>}
        {type === "system" && (
          <p className={panel.words}>Built-in segments can't be edited. Duplicate this one to change a copy.</p>
        )}
      </section>
      {type === "custom" && (
        <section className={panel.panel} aria-labelledby="versions">
          <h3 className={panel.title} id="versions">
            Versions
          </h3>
          <Versions segment={segment} />
        </section>
      )}
    </>
  );
}
