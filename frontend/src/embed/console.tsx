// The entry `/console` of the package: the three screens as components for a page of another app.
import type { ReactElement } from "react";
import { Behind } from "./Behind.tsx";
import { Embedded } from "./Embedded.tsx";
import { Manager } from "./Manager.tsx";
import type { AudienceManagerProps, CustomSegmentCreatorProps, SegmentDetailModalProps } from "./props.ts";

export type * from "./props.ts";

/** All segments; each opens above the list, and the creator in its place. */
export function AudienceManager(props: AudienceManagerProps): ReactElement {
  const { onOpenPerson, ...rest } = props;
  return (
    <Embedded
      {...rest}
      first="/"
      manager={Manager}
      pages={{
        "/": "screen",
        "/segments/new": "screen",
        "/segments/$id/edit": "screen",
        "/segments/$type/$value": "screen",
        "/people/$id": onOpenPerson,
      }}
    />
  );
}

/** One segment, above the page. */
export function SegmentDetailModal(props: SegmentDetailModalProps): ReactElement {
  const { segmentType, segmentValue, onClose, onEdit, onOpenPerson, ...rest } = props;
  return (
    <Embedded
      {...rest}
      isAbove
      first={`/segments/${segmentType}/${encodeURIComponent(segmentValue)}`}
      manager={Behind}
      pages={{
        "/": onClose,
        "/segments/$id/edit": onEdit,
        "/segments/$type/$value": "screen",
        "/people/$id": onOpenPerson,
      }}
    />
  );
}

/** The builder of custom segments. */
export function CustomSegmentCreator(props: CustomSegmentCreatorProps): ReactElement {
  const { segmentValue, onSaved, onCancel, onOpenPerson, ...rest } = props;
  return (
    <Embedded
      {...rest}
      first={segmentValue === undefined ? "/segments/new" : `/segments/${encodeURIComponent(segmentValue)}/edit`}
      manager={Behind}
      pages={{
        "/": onCancel,
        "/segments/new": "screen",
        "/segments/$id/edit": "screen",
        "/segments/$type/$value": (_, saved) => saved !== undefined && onSaved(saved),
        "/people/$id": onOpenPerson,
      }}
    />
  );
}
