import { Button } from "@mantine/core";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import { pluralize } from "../../shared/format.ts";
import { Notice } from "../../shared/Notice.tsx";
import { isNameTaken, newerVersion } from "../draft/useSave.ts";
import type { PlacedFaults } from "../tree/faults.ts";

interface Props {
  error: Error | null;
  faults: PlacedFaults;
  wasRestored: boolean;
  onDiscard: () => void;
  onSaveOver: (version: number) => void;
}

/** Why it was not saved, and what was found from before. */
export function SaveFaults({ error, faults, wasRestored, onDiscard, onSaveOver }: Props) {
  const newer = newerVersion(error);
  if (newer !== undefined) return <NewerVersion version={newer} onSaveOver={onSaveOver} onDiscard={onDiscard} />;
  if (error !== null && faults.ofNodes.size + faults.ofParams.size > 0) {
    const count = [...faults.ofNodes.values(), ...faults.ofParams.values()].flat().length;
    const rest = [...faults.ofParams].filter(([name]) => name !== "name" && name !== "description");
    return (
      <div role="alert">
        <Notice tone="warning">
          <strong>Not saved. Fix {pluralize(count, "problem")} below.</strong>
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
        Your unsaved changes were restored.{" "}
        <Button variant="default" size="compact-xs" onClick={onDiscard}>
          Discard
        </Button>
      </span>
    </Notice>
  );
}

function NewerVersion({
  version,
  onSaveOver,
  onDiscard,
}: { version: number } & Pick<Props, "onSaveOver" | "onDiscard">) {
  return (
    <div role="alert">
      <Notice tone="warning">
        <strong>Somebody else changed this segment. It is now at version {version}.</strong>
        <span>Your changes are kept. Save them as the next version, or start over from theirs.</span>
        <span>
          <Button variant="default" size="compact-sm" mr={8} mt={4} onClick={() => onSaveOver(version)}>
            Save mine as the next version
          </Button>
          <Button variant="subtle" size="compact-sm" mt={4} onClick={onDiscard}>
            Start from theirs
          </Button>
        </span>
      </Notice>
    </div>
  );
}
