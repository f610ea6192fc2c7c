import "@mantine/core/styles/Checkbox.css";
import { Button, Checkbox, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MailFilter } from "../api/client.ts";
import { adviceForAll, allMembers, type Contents } from "../segments/allMembers.ts";
import { attributesQuery } from "../settings/queries.ts";
import { useApi } from "../shared/api.ts";
import { Choice } from "../shared/Choice.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import styles from "./ExportDialog.module.css";
import type { SegmentKey } from "./queries.ts";
import { useExportList } from "./useExportList.ts";

interface Props {
  segmentKey: SegmentKey;
  name: string;
  onClose: () => void;
}

const WHO: { value: MailFilter; label: string }[] = [
  { value: "all", label: "All members" },
  { value: "reachable", label: "Mail may reach" },
  { value: "held", label: "Mail is held back" },
];

/** As it was chosen last, until the console is closed. */
let lastChoice: Required<Contents> = { mail: "all", mailStatus: false, attributes: [] };

/** Which members a file has, and what it says of them. */
export function ExportDialog({ segmentKey, name, onClose }: Props) {
  const api = useApi();
  const attributes = useQuery(attributesQuery).data?.attributes ?? [];
  const [choice, setChoice] = useState(lastChoice);
  const { mail, mailStatus } = choice;
  // One that was archived since cannot be asked for.
  const chosen = attributes.map(({ key }) => key).filter((key) => choice.attributes.includes(key));
  const exporting = useExportList(
    () => allMembers(api, segmentKey, { mail, mailStatus, attributes: chosen }),
    adviceForAll,
    name,
  );
  function change(next: Partial<Contents>) {
    lastChoice = { ...choice, ...next };
    setChoice(lastChoice);
  }
  return (
    <Dialog title={`Export members of ${name}`} onClose={onClose}>
      <div className={styles.choices}>
        <Choice label="Which members" options={WHO} value={mail} onChange={(mail) => change({ mail })} />
        <fieldset className={styles.columns} aria-label="Further columns">
          <p className="quiet">Besides ID, email, names, plan and dates in UTC:</p>
          <Checkbox
            label="Where each stands at Resend"
            checked={mailStatus}
            onChange={({ currentTarget }) => change({ mailStatus: currentTarget.checked })}
          />
          {attributes.map(({ key, label }) => (
            <Checkbox
              key={key}
              label={label}
              checked={chosen.includes(key)}
              onChange={({ currentTarget }) =>
                change({
                  attributes: currentTarget.checked ? [...chosen, key] : chosen.filter((other) => other !== key),
                })
              }
            />
          ))}
        </fieldset>
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          loading={exporting.isPending}
          onClick={() => exporting.mutate(undefined, { onSuccess: onClose })}
          data-autofocus
        >
          Export
        </Button>
      </Group>
    </Dialog>
  );
}
