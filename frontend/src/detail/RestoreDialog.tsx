import { Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { DefinitionVersion, GetSegmentResult, PreviewSegmentChangeResult } from "../api/client.ts";
import { Dependants } from "../segments/Dependants.tsx";
import { UNREADABLE_DEFINITION } from "../segments/health.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { formatNumber, pluralize } from "../shared/format.ts";
import { sentenceOf } from "../shared/sentence.ts";
import { restoreQuery } from "./queries.ts";
import { useRollBack } from "./useRollBack.ts";

interface Props {
  segment: GetSegmentResult;
  version: DefinitionVersion;
  /** The version that the segment has now. */
  current: number;
  onRestored: () => void;
  onClose: () => void;
}

/** Says who would join and leave before a version is restored. */
export function RestoreDialog({ segment, version, current, onRestored, onClose }: Props) {
  const { version: toVersion, name, criteriaInWords: words } = version;
  const effect = useQuery(restoreQuery(segment.segmentValue, version));
  const rollBack = useRollBack(segment);
  function finish() {
    onClose();
    onRestored();
  }
  return (
    <Dialog title={`Restore version ${toVersion}?`} onClose={onClose}>
      <Text size="sm">
        <span className="isolated">{name}</span>:{" "}
        <span className="isolated">{words === null ? UNREADABLE_DEFINITION : sentenceOf(words)}</span>
      </Text>
      {effect.isPending && <Skeleton height={48} mt="md" />}
      {effect.error !== null && <ErrorNotice error={effect.error} onRetry={() => void effect.refetch()} />}
      {effect.data !== undefined && <Effect effect={effect.data} />}
      {rollBack.error !== null && <ErrorNotice error={rollBack.error} />}
      <ConfirmButtons
        isPending={rollBack.isPending}
        isDisabled={effect.isPending}
        onCancel={onClose}
        onConfirm={() => rollBack.mutate({ toVersion, version: current }, { onSuccess: finish })}
      >
        Restore
      </ConfirmButtons>
    </Dialog>
  );
}

function Effect({ effect: { enter, leave, stay, isActive, isEstimate, dependants } }: EffectProps) {
  const about = isEstimate ? "About " : "";
  return (
    <div role="status">
      <Text size="sm" mt="md">
        {isActive ? "If you restore this: " : "This segment is inactive. When you activate it: "}
        <strong>
          {about}
          {formatNumber(enter.count)} {enter.count === 1 ? "joins" : "join"}, {formatNumber(leave.count)}{" "}
          {leave.count === 1 ? "leaves" : "leave"}
        </strong>
        . {about}
        {pluralize(stay.count, "user stays", "users stay")}.
      </Text>
      <Dependants dependants={dependants} />
    </div>
  );
}

interface EffectProps {
  effect: PreviewSegmentChangeResult;
}
