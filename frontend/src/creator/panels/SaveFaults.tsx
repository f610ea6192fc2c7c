import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { versionsQuery } from "../../detail/queries.ts";
import { actorName } from "../../shared/actorName.ts";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import { Notice } from "../../shared/Notice.tsx";
import { isNameTaken, newerVersion } from "../draft/useSave.ts";
import type { PlacedFaults } from "../tree/faults.ts";

interface Props {
  /** Nothing for a new segment. */
  id: string | undefined;
  error: Error | null;
  faults: PlacedFaults;
  wasRestored: boolean;
  onDiscard: () => void;
  onSaveOver: (version: number) => void;
}

/** Why it was not saved, and what was found from before. */
export function SaveFaults({ id, error, faults, wasRestored, onDiscard, onSaveOver }: Props) {
  const newer = newerVersion(error);
  if (newer !== undefined)
    return <NewerVersion id={id} version={newer} onSaveOver={onSaveOver} onDiscard={onDiscard} />;
  if (error !== null && faults.ofNodes.size + faults.ofParams.size > 0) {
    const count = [...faults.ofNodes.values(), ...faults.ofParams.values()].flat().length;
    const rest = [...faults.ofParams].filter(([name]) => name !== "name" && name !== "description");
    return (
      <div role="alert">
        <Notice tone="warning">
          <strong>Not saved. Fix {count === 1 ? "the problem" : `the ${count} problems`} below.</strong>
          {rest
            .flatMap(([, messages]) => messages)
            .map((message) => (
              <span key={message}>{message}</span>
            ))}
        </Notice>
      </div>
    );
  }
  if (error !== null && !isNameTaken(error)) return <ErrorNotice error={error} />;
  if (!wasRestored) return null;
  return (
    <Notice>
      <span>
        We restored your unsaved changes.{" "}
        <Button variant="default" size="compact-xs" onClick={onDiscard}>
          Discard
        </Button>
      </span>
    </Notice>
  );
}

interface NewerVersionProps extends Pick<Props, "id" | "onSaveOver" | "onDiscard"> {
  version: number;
}

function NewerVersion({ id, version, onSaveOver, onDiscard }: NewerVersionProps) {
  const versions = useQuery({ ...versionsQuery(id ?? ""), enabled: id !== undefined }).data?.versions;
  const theirs = versions?.find((one) => one.version === version);
  const author = theirs === undefined ? "Someone" : actorName(theirs.author);
  return (
    <div role="alert">
      <Notice tone="warning">
        <strong className="isolated">
          {author} saved version {version} while you were editing.
        </strong>
        <span>Your changes are kept here.</span>
        <span>
          <Button variant="default" size="compact-sm" mr={8} mt={4} onClick={onDiscard}>
            Use theirs
          </Button>
          <Button variant="subtle" size="compact-sm" mt={4} onClick={() => onSaveOver(version)}>
            Overwrite with mine
          </Button>
        </span>
      </Notice>
    </div>
  );
}
