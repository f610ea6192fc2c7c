import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { versionsQuery } from "../../detail/queries.ts";
import { UNREADABLE_DEFINITION } from "../../segments/health.ts";
import { actorName } from "../../shared/actorName.ts";
import { Notice } from "../../shared/Notice.tsx";
import { sentenceOf } from "../../shared/sentence.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "./NewerVersion.module.css";

export interface Mine {
  name: string;
  /** The definition. Nothing while it is not complete. */
  words: string | undefined;
}

interface Props {
  /** Nothing for a new segment. */
  id: string | undefined;
  /** Which one somebody else saved. */
  version: number;
  mine: Mine;
  onDiscard: () => void;
  onSaveOver: (version: number) => void;
}

/** Somebody else saved meanwhile: what they saved, and the choice between the two. */
export function NewerVersion({ id, version, mine, onSaveOver, onDiscard }: Props) {
  const versions = useQuery({ ...versionsQuery(id ?? ""), enabled: id !== undefined }).data?.versions;
  const theirs = versions?.find((one) => one.version === version);
  const author = theirs === undefined ? "Someone" : actorName(theirs.author);
  const [isCompared, setIsCompared] = useState(false);
  const bothId = useId();
  return (
    <div role="alert">
      <Notice tone="warning">
        <strong className="isolated">
          {author} saved version {version} while you were editing.
        </strong>
        <span>Your changes are kept here.</span>
        {theirs !== undefined && isCompared && (
          <dl className={styles.both} id={bothId}>
            <div>
              <dt>
                Theirs, saved <Time at={theirs.createdAt} />
              </dt>
              <Version name={theirs.name} words={theirs.criteriaInWords ?? undefined} missing={UNREADABLE_DEFINITION} />
            </div>
            <div>
              <dt>Mine, not saved</dt>
              <Version {...mine} missing="No condition is complete yet." />
            </div>
          </dl>
        )}
        <span className={styles.buttons}>
          {theirs !== undefined && (
            <Button
              variant="default"
              size="compact-sm"
              aria-expanded={isCompared}
              aria-controls={isCompared ? bothId : undefined}
              onClick={() => setIsCompared(!isCompared)}
            >
              Compare
            </Button>
          )}
          <Button variant="default" size="compact-sm" onClick={onDiscard}>
            Use theirs
          </Button>
          <Button variant="subtle" size="compact-sm" onClick={() => onSaveOver(version)}>
            Overwrite with mine
          </Button>
        </span>
      </Notice>
    </div>
  );
}

function Version({ name, words, missing }: Mine & { missing: string }) {
  return (
    <dd>
      <strong className="isolated">{name}</strong>
      <span className="isolated">{words === undefined ? missing : sentenceOf(words)}</span>
    </dd>
  );
}
