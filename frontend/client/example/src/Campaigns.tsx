// A form of the app, which chooses an audience by a hook. One segment opens above it, and the builder in its place.
import type { Client } from "@audience-segmentation/client";
import { useSegments } from "@audience-segmentation/client/react";
import { lazy, useState } from "react";

const SegmentDetailModal = lazy(async () => ({ default: (await import("./screens.ts")).SegmentDetailModal }));
const CustomSegmentCreator = lazy(async () => ({ default: (await import("./screens.ts")).CustomSegmentCreator }));

interface Props {
  client: Client;
  onOpenPerson: (userId: string) => void;
}

/** The screen that is open. The builder edits the segment of this value, or makes one. */
type Open = { screen: "segment" } | { screen: "builder"; segmentValue?: string };

export function Campaigns({ client, onOpenPerson }: Props) {
  const { data, error } = useSegments({ includeInactive: false });
  const [chosen, setChosen] = useState("lifecycle:active");
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  if (error) return <p>{error.message}</p>;
  if (data === undefined) return <p>Loading…</p>;
  if (open?.screen === "builder") {
    return (
      <CustomSegmentCreator
        client={client}
        segmentValue={open.segmentValue}
        onSaved={(segmentValue) => {
          setChosen(`custom:${segmentValue}`);
          setOpen({ screen: "segment" });
        }}
        onCancel={close}
        onOpenPerson={onOpenPerson}
      />
    );
  }
  const segment = data.segments.find(({ id }) => id === chosen);
  return (
    <>
      <label>
        Audience of the campaign{" "}
        <select value={chosen} onChange={(event) => setChosen(event.target.value)}>
          {data.segments.map(({ id, name, userCount }) => (
            <option key={id} value={id}>
              {name}: {userCount}
            </option>
          ))}
        </select>
      </label>{" "}
      <button type="button" onClick={() => setOpen({ screen: "segment" })}>
        Show audience
      </button>{" "}
      <button type="button" onClick={() => setOpen({ screen: "builder" })}>
        New audience
      </button>
      {open?.screen === "segment" && segment !== undefined && (
        <SegmentDetailModal
          client={client}
          segmentType={segment.segmentType}
          segmentValue={segment.segmentValue}
          onClose={close}
          onEdit={(segmentValue) => setOpen({ screen: "builder", segmentValue })}
          onOpenPerson={onOpenPerson}
        />
      )}
    </>
  );
}
