import { Modal, Skeleton } from "@mantine/core";
import { IconArrowsMaximize } from "@tabler/icons-react";
import type { GetSegmentResult } from "../api/client.ts";
import { SegmentIcon } from "../segments/SegmentIcon.tsx";
import { ActionIconLink } from "../shared/ActionIconLink.tsx";
import { DetailActions } from "./DetailActions.tsx";
import type { SegmentKey } from "./queries.ts";
import { SegmentAbout } from "./SegmentAbout.tsx";
import styles from "./SegmentDetailModal.module.css";

interface Props {
  segmentKey: SegmentKey;
  segment: GetSegmentResult | undefined;
  /** What the list calls it, while the segment itself is on its way. */
  listedName: string | undefined;
}

/** What the segment is, and what can be done with all of it. The title takes the focus when the dialog opens. */
export function DetailHeader({
  segmentKey: { segmentType: type, segmentValue: value },
  segment,
  listedName = "Segment",
}: Props) {
  return (
    <>
      <div className={styles.bar}>
        {segment === undefined ? (
          <Skeleton width={40} height={40} />
        ) : (
          <SegmentIcon group={segment.segmentType} size={40} />
        )}
        <Modal.Title component="h2" className={`${styles.title} isolated`} tabIndex={-1} data-autofocus>
          {segment?.name ?? listedName}
        </Modal.Title>
        <ActionIconLink
          to="/segments/$type/$value/$tab"
          params={{ type, value, tab: "overview" }}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Open page"
          title="Open page"
        >
          <IconArrowsMaximize size={18} color="var(--ink-2)" />
        </ActionIconLink>
        <Modal.CloseButton aria-label="Close" size="lg" />
      </div>
      <div className={styles.about}>
        <SegmentAbout segment={segment} />
        <div className={styles.actions}>{segment !== undefined && <DetailActions segment={segment} />}</div>
      </div>
    </>
  );
}
