import { Button, Group, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { Notice } from "../shared/Notice.tsx";
import type { Person } from "../shared/person.ts";
import { useErasure } from "./mutations.ts";

interface Props {
  person: Person;
  onClose: () => void;
}

/** Erases somebody after a question, and says where they are still named. */
export function EraseDialog({ person, onClose }: Props) {
  const erasure = useErasure(person);
  const navigate = useNavigate();
  const leave = () => void navigate({ to: "/people", replace: true });
  if (erasure.data !== undefined) {
    return (
      <Dialog title="The user was erased" onClose={leave}>
        {erasure.data.namedIn.length > 0 && (
          <Notice tone="warning">
            <strong>These definitions still name the person. An erasure doesn't change them.</strong>
            <ul>
              {erasure.data.namedIn.map(({ segmentValue, name, version, isCurrent }) => (
                <li key={`${segmentValue} ${version}`}>
                  <SegmentLink id={`custom:${segmentValue}`}>
                    {name}, version {version}
                  </SegmentLink>
                  : {isCurrent ? "edit the segment." : "earlier versions go when the segment is deleted."}
                </li>
              ))}
            </ul>
          </Notice>
        )}
        <Group justify="flex-end" mt="lg">
          <Button onClick={leave} data-autofocus>
            Done
          </Button>
        </Group>
      </Dialog>
    );
  }
  return (
    <Dialog title={`Erase ${person.name}?`} onClose={onClose}>
      <Text size="sm" mb="md">
        This deletes the person with all attempts, events, memberships and overrides.{" "}
        <strong>You can't undo this.</strong> It takes the SUPERADMIN role.
      </Text>
      {erasure.error !== null && <ErrorNotice error={erasure.error} neededRole="SUPERADMIN" />}
      <ConfirmButtons isDangerous isPending={erasure.isPending} onCancel={onClose} onConfirm={() => erasure.mutate()}>
        Erase user
      </ConfirmButtons>
    </Dialog>
  );
}
