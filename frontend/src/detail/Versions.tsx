import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { DefinitionVersion, GetSegmentResult } from "../api/client.ts";
import { UNREADABLE_DEFINITION } from "../segments/health.ts";
import { actorName } from "../shared/actorName.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { sentenceOf } from "../shared/sentence.ts";
import { Time } from "../shared/Time.tsx";
import { versionsQuery } from "./queries.ts";
import { useRollBack } from "./useRollBack.ts";
import styles from "./Versions.module.css";

interface Props {
  segment: GetSegmentResult;
  onRestored?: () => void;
}

/** All that a custom segment has been, and the way back. */
export function Versions({ segment, onRestored }: Props) {
  const versions = useQuery(versionsQuery(segment.segmentValue));
  const rollBack = useRollBack(segment);
  const [current] = versions.data?.versions ?? [];
  const error = rollBack.error ?? versions.error;
  return (
    <>
      {error !== null && <ErrorNotice error={error} onRetry={() => void versions.refetch()} />}
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
                loading={rollBack.isPending && rollBack.variables.toVersion === version.version}
                disabled={rollBack.isPending}
                aria-label={`Restore version ${version.version}`}
                onClick={() =>
                  rollBack.mutate(
                    { toVersion: version.version, version: current?.version ?? 1 },
                    { onSuccess: () => onRestored?.() },
                  )
                }
              >
                Restore
              </Button>
            )}
          </Version>
        ))}
      </ol>
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
