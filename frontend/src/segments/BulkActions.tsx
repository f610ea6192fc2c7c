import { Button } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconCirclesRelation, IconDownload, IconTag, IconX } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { ListedSegment } from "../api/client.ts";
import { COMPARED } from "../app/routes.ts";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import { formatNumber } from "../shared/format.ts";
import { textOf } from "../shared/lists.ts";
import styles from "./BulkActions.module.css";
import { useSelected, useSelection } from "./table/useSelection.ts";
import { useBulkExport } from "./useBulkExport.ts";

const SetActiveDialog = lazy(async () => ({ default: (await import("./SetActiveDialog.tsx")).SetActiveDialog }));
const TagsDialog = lazy(async () => ({ default: (await import("./TagsDialog.tsx")).TagsDialog }));

/** What can be done with all segments that are selected. Stays in view. */
export function BulkActions({ segments }: { segments: ListedSegment[] }) {
  const selected = useSelected();
  const { clear } = useSelection();
  const chosen = segments.filter(({ id }) => selected.has(id));
  const [asked, setAsked] = useState<"archive" | "activate" | "tag">();
  const { exportAll, isExporting } = useBulkExport();
  if (chosen.length === 0) return null;
  const custom = chosen.filter(({ type }) => type === "custom");
  const canCompare = chosen.length >= COMPARED.least && chosen.length <= COMPARED.most;
  return (
    <section className={styles.bar} aria-label="Selected segments">
      <strong role="status">{formatNumber(chosen.length)} selected</strong>
      <div className={styles.buttons}>
        {canCompare && (
          <ButtonLink
            to="/compare"
            search={{ segments: textOf(chosen.map(({ id }) => id)) }}
            variant="default"
            size="compact-sm"
            leftSection={<IconCirclesRelation size={16} />}
          >
            Compare
          </ButtonLink>
        )}
        {chosen.length > COMPARED.most && (
          <Button variant="default" size="compact-sm" leftSection={<IconCirclesRelation size={16} />} disabled>
            Compare {COMPARED.least} to {COMPARED.most}
          </Button>
        )}
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconDownload size={16} />}
          loading={isExporting}
          onClick={() => exportAll(chosen)}
        >
          Export
        </Button>
        <Button variant="default" size="compact-sm" leftSection={<IconTag size={16} />} onClick={() => setAsked("tag")}>
          Tags…
        </Button>
        {custom.some(({ isActive }) => isActive) && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconArchive size={16} />}
            onClick={() => setAsked("archive")}
          >
            Archive…
          </Button>
        )}
        {custom.some(({ isActive }) => !isActive) && (
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconArchiveOff size={16} />}
            onClick={() => setAsked("activate")}
          >
            Activate…
          </Button>
        )}
        <Button variant="subtle" size="compact-sm" leftSection={<IconX size={16} />} onClick={clear}>
          Clear selection
        </Button>
      </div>
      <Suspense>
        {asked === "tag" && <TagsDialog ids={chosen.map(({ id }) => id)} onClose={() => setAsked(undefined)} />}
        {asked !== undefined && asked !== "tag" && (
          <SetActiveDialog
            segments={custom.filter(({ isActive }) => isActive === (asked === "archive"))}
            leftOut={chosen.length - custom.length}
            isActive={asked === "activate"}
            onClose={() => setAsked(undefined)}
          />
        )}
      </Suspense>
    </section>
  );
}
