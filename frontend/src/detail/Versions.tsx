import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useState } from "react";
import type { DefinitionVersion, GetSegmentResult } from "../api/client.ts";
import { UNREADABLE_DEFINITION } from "../segments/health.ts";
import { actorName } from "../shared/actorName.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { sentenceOf } from "../shared/sentence.ts";
import { Time } from "../shared/Time.tsx";
import { versionsQuery } from "./queries.ts";
import styles from "./Versions.module.css";

const RestoreDialog = lazy(async () => ({ default: (await import("./RestoreDialog.tsx")).RestoreDialog }));

interface Props {
  segment: GetSegmentResult;
  onRestored?: () => void;
}

/** All that a custom segment has been, and the way back. */
export function Versions({ segment, onRestored }: Props) {
  const versions = useQuery(versionsQuery(segment.segmentValue));
  const [asked, setAsked] = useState<DefinitionVersion>();
  const [current] = versions.data?.versions ?? [];
  return (
    <>
      {versions.error !== null && <ErrorNotice error={versions.error} onRetry={() => void versions.refetch()} />}
      {versions.isPending && <Skeleton height={160} />}
      <ol className={styles.versions}>
        {versions.data?.versions.map((version) => (
          <Version key={version.version} version={version}>
            {version === current ? (
              <span className="quiet">Current</span>
            ) : (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`Restore version ${version.version}…`}
                onClick={() => setAsked(version)}
              >
                Restore…
              </Button>
            )}
          </Version>
        ))}
      </ol>
      <Suspense>
        {asked !== undefined && (
          <RestoreDialog
            segment={segment}
            version={asked}
            current={current?.version ?? 1}
            onRestored={() => onRestored?.()}
            onClose={() => setAsked(undefined)}
          />
        )}
      </Suspense>
    </>
  );
}

interface VersionProps {
  version: DefinitionVersion;
  children: ReactNode;
}

function Version({ version, children }: VersionProps) {
  const { name, description, criteriaInWords: words } = version;
  return (
    <li>
      <div className={styles.words}>
        <strong className="isolated">
          {version.version}. {name}
        </strong>
        <span className="isolated">{words === null ? UNREADABLE_DEFINITION : sentenceOf(words)}</span>
        {description !== "" && <span className="quiet isolated">{description}</span>}
        <span className={styles.when}>
          {actorName(version.author)} · <Time at={version.createdAt} />
        </span>
      </div>
      {children}
    </li>
  );
}
