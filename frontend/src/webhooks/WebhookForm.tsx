import "@mantine/core/styles/Checkbox.css";
import "@mantine/core/styles/Radio.css";
import { Button, Checkbox, Group, Radio, TextInput } from "@mantine/core";
import { type FormEvent, lazy, Suspense, useState } from "react";
import type { Webhook, WebhookEvent } from "../api/client.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { faultsOf } from "../shared/errorMessages.ts";
import { capitalize } from "../shared/format.ts";
import dialogs from "../sync/SyncDialogs.module.css";
import type { Change } from "./mutations.ts";
import styles from "./WebhooksPage.module.css";
import { EVENTS } from "./words.ts";

const SegmentsInput = lazy(async () => ({ default: (await import("./SegmentsInput.tsx")).SegmentsInput }));

const FIRST_EVENTS: WebhookEvent[] = ["segment.entered", "segment.left"];
const EVENT_NAMES = Object.keys(EVENTS) as WebhookEvent[];

interface Props {
  before: Webhook | undefined;
  error: Error | null;
  isSaving: boolean;
  onSave: (change: Change) => void;
  onCancel: () => void;
}

interface Faults {
  url?: string;
  events?: string;
  segments?: string;
}

export function WebhookForm({ before, error, isSaving, onSave, onCancel }: Props) {
  const [url, setUrl] = useState(before?.url ?? "");
  const [events, setEvents] = useState<string[]>(before?.events ?? FIRST_EVENTS);
  const [isOfAll, setIsOfAll] = useState(before === undefined || before.segments === null);
  const [chosen, setChosen] = useState(before?.segments ?? []);
  const [personal, setPersonal] = useState(before?.personal ?? false);
  const [faults, setFaults] = useState<Faults>({});
  const refused = faultsOf(error).find(({ path }) => path === "url");
  const urlFault = faults.url ?? (refused && `${capitalize(refused.message)}.`);

  function submit(event: FormEvent) {
    event.preventDefault();
    const found: Faults = {
      ...(url.trim() === "" && { url: "Enter the endpoint URL." }),
      ...(events.length === 0 && { events: "Choose at least one event." }),
      ...(!isOfAll && chosen.length === 0 && { segments: "Choose at least one segment." }),
    };
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    onSave({
      // One that was not touched is sent as it is stored, since an ADMIN sees it shortened.
      ...(url.trim() !== before?.url && { url: url.trim() }),
      events: EVENT_NAMES.filter((name) => events.includes(name)),
      segments: isOfAll ? null : chosen,
      personal,
    });
  }
  return (
    <form onSubmit={submit} className={`${dialogs.body} ${styles.form}`} noValidate>
      <p className="quiet">Requires the SUPERADMIN role.</p>
      {error !== null && refused === undefined && <ErrorNotice error={error} neededRole="SUPERADMIN" />}
      <TextInput
        type="url"
        label="URL"
        description="Use https, or http to the server itself. Redirects are not followed."
        placeholder="https://hooks.example.org/audience"
        required
        maxLength={2_000}
        autoComplete="off"
        value={url}
        error={urlFault}
        onChange={(event) => {
          setUrl(event.currentTarget.value);
          setFaults({});
        }}
        data-autofocus
      />
      <Checkbox.Group label="Events" required value={events} onChange={setEvents} error={faults.events}>
        <div className={styles.choice}>
          {EVENT_NAMES.map((name) => (
            <Checkbox key={name} value={name} label={EVENTS[name]} description={name} />
          ))}
        </div>
      </Checkbox.Group>
      <Radio.Group
        label="Segments"
        description="Failed runs are always reported."
        value={isOfAll ? "all" : "chosen"}
        onChange={(value) => setIsOfAll(value === "all")}
        error={faults.segments}
      >
        <div className={styles.choice}>
          <Radio value="all" label="All, including future ones" />
          <Radio value="chosen" label="Only selected ones" />
          {!isOfAll && (
            <div className={styles.chosen}>
              <Suspense fallback={<TextInput aria-label="Selected segments" disabled />}>
                <SegmentsInput value={chosen} hasFault={faults.segments !== undefined} onChange={setChosen} />
              </Suspense>
            </div>
          )}
        </div>
      </Radio.Group>
      <Radio.Group
        label="Personal data"
        value={personal ? "yes" : "no"}
        onChange={(value) => setPersonal(value === "yes")}
      >
        <div className={styles.choice}>
          <Radio value="no" label="No" description="Messages contain user IDs only." />
          <Radio
            value="yes"
            label="Yes"
            description="Messages include email addresses and names. The receiver then holds personal data and must erase it when a person is erased here."
          />
        </div>
      </Radio.Group>
      <Group justify="flex-end">
        <Button variant="default" disabled={isSaving} onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" loading={isSaving}>
          {before === undefined ? "Add webhook" : "Save"}
        </Button>
      </Group>
    </form>
  );
}
