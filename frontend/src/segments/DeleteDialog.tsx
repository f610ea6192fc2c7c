import { Text } from "@mantine/core";
import { RpcError, type Segment } from "../api/client.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { pluralize } from "../shared/format.ts";
import { Notice } from "../shared/Notice.tsx";
import { PageLink } from "../shared/PageLink.tsx";
import { useDelete } from "./mutations.ts";

interface Props {
  segment: Segment;
  onClose: () => void;
  /** Leaves what shows the segment. */
  onDeleted?: (() => Promise<void>) | undefined;
}

/** Asks for confirmation, and lists the segments that prevent the deletion. */
export function DeleteDialog({ segment, onClose, onDeleted }: Props) {
  const deleting = useDelete(segment, onDeleted);
  const users = usedBy(deleting.error);
  return (
    <Dialog onClose={onClose} title={`Delete ${segment.name}?`}>
      <Text size="sm" mb="md">
        {pluralize(segment.userCount, "member")}, all versions and exclusions will be deleted. You can't undo this.
        {segment.isActive && " To pause the segment instead, archive it."}
      </Text>
      {users.length > 0 && (
        <Notice tone="warning">
          <strong>Other segments use this one. Change or delete them first:</strong>
          <ul style={{ margin: 0, paddingLeft: 20 }}>
            {users.map(({ id, name }) => (
              <li key={id} className="isolated">
                <PageLink to="/segments/$type/$value" params={addressOf(id)} onClick={onClose}>
                  {name}
                </PageLink>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {deleting.error !== null && users.length === 0 && <ErrorNotice error={deleting.error} />}
      <ConfirmButtons
        isDangerous
        isPending={deleting.isPending}
        isDisabled={users.length > 0}
        onCancel={onClose}
        onConfirm={() => deleting.mutate(undefined, { onSuccess: onClose })}
      >
        Delete segment
      </ConfirmButtons>
    </Dialog>
  );
}

/** Only custom segments use others. */
const addressOf = (id: string) => ({ type: "custom" as const, value: id.slice("custom:".length) });

interface DependentSegment {
  id: string;
  name: string;
}

function usedBy(error: Error | null): DependentSegment[] {
  const list = error instanceof RpcError && error.is("Conflict") ? error.data.usedBy : undefined;
  return Array.isArray(list) ? (list as DependentSegment[]) : [];
}
