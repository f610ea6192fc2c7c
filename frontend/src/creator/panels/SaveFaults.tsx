import { Button } from "@mantine/core";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import { Notice } from "../../shared/Notice.tsx";
import { isNameTaken, newerVersion } from "../draft/useSave.ts";
import type { PlacedFaults } from "../tree/faults.ts";
import { type Mine, NewerVersion } from "./NewerVersion.tsx";

interface Props {
  /** Nothing for a new segment. */
  id: string | undefined;
  error: Error | null;
  faults: PlacedFaults;
  wasRestored: boolean;
  /** What is being edited. */
  mine: Mine;
  onDiscard: () => void;
  onSaveOver: (version: number) => void;
}

/** Why it was not saved, and what was found from before. */
export function SaveFaults({ id, error, faults, wasRestored, mine, onDiscard, onSaveOver }: Props) {
  const newer = newerVersion(error);
  if (newer !== undefined)
    return <NewerVersion id={id} version={newer} mine={mine} onSaveOver={onSaveOver} onDiscard={onDiscard} />;
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
