import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useRef } from "react";
import type { Segment } from "../api/client.ts";
import { counted } from "../shared/formats.ts";
import { faultsOf } from "../shared/said.ts";
import { toast } from "../shared/toasts.ts";
import { useTitle } from "../shared/useTitle.ts";
import styles from "./Creator.module.css";
import type { Draft } from "./draft/useDraft.ts";
import { useKeptDraft } from "./draft/useKeptDraft.ts";
import { usePreview } from "./draft/usePreview.ts";
import { useSave } from "./draft/useSave.ts";
import { useShortcuts } from "./draft/useShortcuts.ts";
import { EditorHeader } from "./panels/EditorHeader.tsx";
import { LeaveGuard } from "./panels/LeaveGuard.tsx";
import { NameFields } from "./panels/NameFields.tsx";
import { PreviewPanel, ShareInBrief } from "./panels/PreviewPanel.tsx";
import { SaveFaults } from "./panels/SaveFaults.tsx";
import { BuilderContext, NewsContext, type NewsOf } from "./tree/builder.ts";
import type { Catalogue } from "./tree/catalogue.ts";
import { placed } from "./tree/faults.ts";
import { focusFirstFault } from "./tree/focus.ts";
import { GroupEditor } from "./tree/GroupEditor.tsx";
import { toCriteria } from "./tree/toCriteria.ts";
import { useBuilderActions } from "./tree/useBuilderActions.ts";

interface Props {
  id: string | undefined;
  catalogue: Catalogue;
  segments: Segment[];
  zone: string;
  initial: () => Draft;
  version: number | null;
  /** Begins again from what is stored. */
  onRestart: () => void;
}

/** A draft, what it would select, and the way to save it. */
export function Editor({ id, catalogue, segments, zone, initial, version: versionAtFirst, onRestart }: Props) {
  const kept = useKeptDraft(id, catalogue, initial, versionAtFirst);
  const { draft, change, changeRoot, undo, redo, canUndo, canRedo } = kept.steps;
  // Read at the very moment of leaving, before anything is drawn anew.
  const isDone = useRef(false);
  const preview = usePreview(draft.root, catalogue, id);
  const builder = useBuilderActions(draft.root, changeRoot, catalogue, segments, zone);
  const saving = useSave(id, catalogue);
  const client = useQueryClient();
  const navigate = useNavigate();
  useTitle(id === undefined ? "New segment" : `Edit ${draft.name}`);
  useShortcuts(undo, redo);

  // Faults of a save stay at their places until the definition is counted without any, or saved.
  const ofSave = useMemo(() => {
    const saved = saving.variables?.draft.root;
    return placed(faultsOf(saving.error), saved === undefined ? new Map() : toCriteria(saved, catalogue).paths);
  }, [saving.error, saving.variables, catalogue]);
  const newsOf = useCallback<NewsOf>(
    (node) => ({
      count: preview.counts.get(node),
      isEstimate: preview.isEstimate,
      warning: preview.warnings.get(node),
      faults: preview.faults.ofNodes.get(node) ?? ofSave.ofNodes.get(node) ?? [],
    }),
    [preview.counts, preview.isEstimate, preview.warnings, preview.faults, ofSave],
  );

  async function save(version = kept.version) {
    const segment = await saving.mutateAsync({ draft, version }).catch(() => undefined);
    if (segment === undefined) return focusFirstFault();
    kept.forget();
    isDone.current = true;
    toast({
      tone: "done",
      title: `${segment.name} was saved`,
      text: `It has ${counted(segment.userCount, "member")}.`,
    });
    client.removeQueries({ queryKey: ["preview"] });
    await navigate({ to: "/segments/$type/$value", params: { type: "custom", value: segment.segmentValue } });
  }
  return (
    <div className={styles.page}>
      <EditorHeader
        isEdit={id !== undefined}
        isSaving={saving.isPending}
        canUndo={canUndo}
        canRedo={canRedo}
        onUndo={undo}
        onRedo={redo}
        onSave={() => void save()}
      />
      <SaveFaults
        error={saving.error}
        faults={ofSave}
        wasRestored={kept.wasRestored}
        onDiscard={() => {
          kept.forget();
          onRestart();
        }}
        onSaveOver={(version) => {
          kept.setVersion(version);
          void save(version);
        }}
      />
      <div className={styles.columns}>
        <div className={styles.main}>
          <NameFields draft={draft} change={change} faults={ofSave.ofParams} error={saving.error} />
          <BuilderContext value={builder}>
            <NewsContext value={newsOf}>
              <GroupEditor set={draft.root} place="" />
            </NewsContext>
          </BuilderContext>
          <ShareInBrief preview={preview} />
        </div>
        <PreviewPanel preview={preview} segments={segments} isEdit={id !== undefined} />
      </div>
      <LeaveGuard isDirty={() => (canUndo || kept.wasRestored) && !isDone.current} onLeave={kept.forget} />
    </div>
  );
}
