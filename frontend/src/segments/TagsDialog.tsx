import "@mantine/core/styles/Checkbox.css";
import { Button, Checkbox, Group, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { faultsOf } from "../shared/errorMessages.ts";
import { capitalize, pluralize } from "../shared/format.ts";
import { useSetTags } from "./labels.ts";
import { segmentsQuery } from "./queries.ts";
import styles from "./TagsDialog.module.css";
import { type Share, shareOf, withTags } from "./tags.ts";

interface Props {
  /** The segments, by their ids. */
  ids: string[];
  onClose: () => void;
}

/** The tags of one segment or of several, which all admins share. */
export function TagsDialog({ ids, onClose }: Props) {
  const listed = useQuery(segmentsQuery).data?.segments ?? [];
  const segments = listed.filter(({ id }) => ids.includes(id));
  const setting = useSetTags();
  const [chosen, setChosen] = useState<ReadonlyMap<string, Share>>(new Map());
  const [typed, setTyped] = useState("");
  const known = listed.flatMap(({ tags }) => tags);
  const all = [...new Set([...known, ...chosen.keys()])].sort((one, other) => one.localeCompare(other));
  const refused = faultsOf(setting.error).find(({ path }) => path.startsWith("tags"));
  const added = typed.trim();
  const withTyped = added === "" ? chosen : new Map([...chosen, [added, "all"] as const]);

  function add() {
    setChosen(withTyped);
    setTyped("");
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    const changed = withTags(segments, withTyped);
    if (changed.length === 0) onClose();
    else setting.mutate(changed, { onSuccess: onClose });
  }
  const [only] = segments;
  const title = ids.length === 1 ? (only?.name ?? "segment") : pluralize(ids.length, "segment");
  return (
    <Dialog title={`Tags of ${title}`} onClose={onClose}>
      <form onSubmit={submit} className={styles.form} noValidate>
        {setting.error !== null && refused === undefined && <ErrorNotice error={setting.error} />}
        {all.length > 0 && (
          <fieldset className={styles.tags} aria-label="Tags">
            {all.map((tag) => {
              const share = chosen.get(tag) ?? shareOf(tag, segments);
              return (
                <Checkbox
                  key={tag}
                  label={tag}
                  checked={share === "all"}
                  indeterminate={share === "some"}
                  onChange={({ currentTarget }) =>
                    setChosen(new Map([...chosen, [tag, currentTarget.checked ? "all" : "none"]]))
                  }
                />
              );
            })}
          </fieldset>
        )}
        <div className={styles.new}>
          <TextInput
            label="New tag"
            maxLength={64}
            autoComplete="off"
            value={typed}
            error={refused && `${capitalize(refused.message)}.`}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            data-autofocus
          />
          <Button variant="default" disabled={added === ""} onClick={add}>
            Add
          </Button>
        </div>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={setting.isPending}>
            Save
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
