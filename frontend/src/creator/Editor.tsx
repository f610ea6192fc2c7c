import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Segment } from "../api/client.ts";
import { onReconnect } from "../app/connection.ts";
import { faultsOf, isConnectionError } from "../shared/errorMessages.ts";
import { pluralize } from "../shared/format.ts";
import page from "../shared/Page.module.css";
import { toast } from "../shared/toasts.ts";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import styles from "./Creator.module.css";
import type { Draft } from "./draft/useDraft.ts";
import { useDraftKey } from "./draft/useDraftKey.ts";
import { usePreview } from "./draft/usePreview.ts";
import { useSave } from "./draft/useSave.ts";
import { useShortcuts } from "./draft/useShortcuts.ts";
import { useStoredDraft } from "./draft/useStoredDraft.ts";
import { EditorHeader } from "./panels/EditorHeader.tsx";
import { LeaveGuard } from "./panels/LeaveGuard.tsx";
import { NameFields } from "./panels/NameFields.tsx";
import { BriefShare, PreviewPanel } from "./panels/PreviewPanel.tsx";
import { SaveFaults } from "./panels/SaveFaults.tsx";
import { StartFrom } from "./start/StartFrom.tsx";
import { BuilderContext, type GetNodeFeedback, NodeFeedbackContext } from "./tree/builderContext.ts";
import type { Catalogue } from "./tree/catalogue.ts";
import { placeFaults } from "./tree/faults.ts";
import { focusFirstFault } from "./tree/focus.ts";
import { GroupEditor } from "./tree/GroupEditor.tsx";
import { toCriteria } from "./tree/toCriteria.ts";
import { conditionsOf } from "./tree/tree.ts";
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

/** How long a draft that was discarded can be brought back from the message about it, in milliseconds. */
const DISCARD_DURATION = 20_000;

/** A draft, what it would select, and the way to save it. */
export function Editor({ id, catalogue, segments, zone, initial, version: versionAtFirst, onRestart }: Props) {
  const kept = useStoredDraft(useDraftKey(id), catalogue, initial, versionAtFirst);
  const { draft, change, changeRoot, undo, redo, canUndo, canRedo } = kept.steps;
  // A ref, because the leave guard reads it before the next render.
  const isSaved = useRef(false);
  const editor = useRef<HTMLDivElement>(null);
  const preview = usePreview(draft.root, catalogue, id);
  const fields = conditionsOf(draft.root).map(({ field }) => field);
  const builder = useBuilderActions(draft.root, changeRoot, catalogue, segments, zone);
  const saving = useSave(id, catalogue);
  const client = useQueryClient();
  const navigate = useNavigate();
  useDocumentTitle(id === undefined ? "New segment" : `Edit ${draft.name}`);
  // With the connection goes what was said about its loss.
  const { error: saveError, reset: forgetSaving } = saving;
  useEffect(() => onReconnect(() => isConnectionError(saveError) && forgetSaving()), [saveError, forgetSaving]);

  // Faults of a save stay at their places until the definition is counted without any, or saved.
  const saveFaults = useMemo(() => {
    const saved = saving.variables?.draft.root;
    return placeFaults(faultsOf(saving.error), saved === undefined ? new Map() : toCriteria(saved, catalogue).paths);
  }, [saving.error, saving.variables, catalogue]);
  const feedbackOf = useCallback<GetNodeFeedback>(
    (node) => ({
      count: preview.counts.get(node),
      remaining: preview.remaining.get(node) ?? undefined,
      isEstimate: preview.isEstimate,
      warning: preview.warnings.get(node),
      faults: preview.faults.ofNodes.get(node) ?? saveFaults.ofNodes.get(node) ?? [],
    }),
    [preview.counts, preview.remaining, preview.isEstimate, preview.warnings, preview.faults, saveFaults],
  );

  function discard() {
    const bringBack = kept.discard();
    onRestart();
    const run = () => {
      bringBack();
      onRestart();
    };
    toast({
      tone: "notice",
      title: "Your changes were discarded",
      duration: DISCARD_DURATION,
      action: { label: "Undo", run },
    });
  }
  async function save(version = kept.version) {
    const segment = await saving.mutateAsync({ draft, version }).catch(() => undefined);
    if (segment === undefined) return focusFirstFault(editor.current);
    kept.forget();
    isSaved.current = true;
    toast({
      tone: "done",
      title: id === undefined ? "Segment created" : "Segment saved",
      text: `${segment.name} has ${pluralize(segment.userCount, "member")}.`,
    });
    client.removeQueries({ queryKey: ["preview"] });
    await navigate({ to: "/segments/$type/$value", params: { type: "custom", value: segment.segmentValue } });
  }
  useShortcuts(undo, redo, () => saving.isPending || void save());
  return (
    <div className={page.page} ref={editor}>
      <EditorHeader
        isEdit={id !== undefined}
        isChanged={kept.isChanged}
        isSaving={saving.isPending}
        canUndo={canUndo}
        canRedo={canRedo}
        onUndo={undo}
        onRedo={redo}
        onSave={() => void save()}
      />
      <SaveFaults
        id={id}
        error={saving.error}
        faults={saveFaults}
        wasRestored={kept.wasRestored}
        mine={{ name: draft.name, words: preview.isEmpty ? undefined : preview.words.data?.sentence }}
        onDiscard={discard}
        onSaveOver={(version) => {
          kept.setVersion(version);
          void save(version);
        }}
      />
      <div className={styles.columns}>
        <div className={styles.main}>
          <NameFields draft={draft} change={change} faults={saveFaults.ofParams} error={saving.error} />
          {id === undefined && (
            <StartFrom
              catalogue={catalogue}
              segments={segments}
              draft={draft}
              onStart={(start) => change(() => start)}
            />
          )}
          <BuilderContext value={builder}>
            <NodeFeedbackContext value={feedbackOf}>
              <GroupEditor set={draft.root} position="" />
            </NodeFeedbackContext>
          </BuilderContext>
          <BriefShare preview={preview} />
        </div>
        <PreviewPanel preview={preview} fields={fields} isEdit={id !== undefined} />
      </div>
      <LeaveGuard isDirty={() => kept.isChanged && !isSaved.current} onLeave={kept.forget} />
    </div>
  );
}
