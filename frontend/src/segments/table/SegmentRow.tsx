import { ActionIcon } from "@mantine/core";
import { IconDownload, IconEye, IconStar, IconStarFilled } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type HTMLAttributes, memo, type Ref, useId } from "react";
import { ActionIconLink } from "../../shared/ActionIconLink.tsx";
import { actorName } from "../../shared/actorName.ts";
import { formatCompact, formatNumber, formatSigned } from "../../shared/format.ts";
import { useHost } from "../../shared/host.ts";
import { StateLabel } from "../../shared/StateLabel.tsx";
import { Time } from "../../shared/Time.tsx";
import { useKeptFocus } from "../../shared/useKeptFocus.ts";
import { groupStyle } from "../groupStyle.ts";
import { useSetStar } from "../labels.ts";
import { SegmentIcon } from "../SegmentIcon.tsx";
import { SegmentMenu } from "../SegmentMenu.tsx";
import { SegmentState } from "../SegmentState.tsx";
import { Sparkline } from "../Sparkline.tsx";
import { useExport } from "../useExport.ts";
import { wordsOf } from "../wordsOf.ts";
import type { Change, Listed } from "./listed.ts";
import styles from "./SegmentTable.module.css";
import { useSelection } from "./useSelection.ts";

interface Props {
  item: Listed;
  /** The clock of the last run that succeeded. */
  lastRunAt: string | undefined;
  isSelected: boolean;
  /** Where it stands in the table. */
  place: HTMLAttributes<HTMLTableRowElement> & { ref: Ref<HTMLTableRowElement> };
}

/** A segment at a glance. */
export function SegmentRow({ item, lastRunAt, isSelected, place }: Props) {
  const { segment } = item;
  const nameId = useId();
  return (
    <tr
      {...place}
      role="row"
      className={styles.row}
      aria-labelledby={nameId}
      data-inactive={!segment.isActive}
      data-selected={isSelected}
    >
      <Cells item={item} nameId={nameId} lastRunAt={lastRunAt} isSelected={isSelected} />
    </tr>
  );
}

interface CellsProps extends Omit<Props, "place"> {
  /** The id of the element that has the name. */
  nameId: string;
}

/** Not drawn anew when the row only moves. */
const Cells = memo(function Cells({ item, nameId, lastRunAt, isSelected }: CellsProps) {
  const { segment, sync } = item;
  const { select } = useSelection();
  return (
    <>
      <td role="cell" data-column="select">
        <input
          type="checkbox"
          aria-label={`Select ${segment.name}`}
          checked={isSelected}
          onChange={() => select([segment.id], !isSelected)}
        />
      </td>
      <NameCell segment={segment} nameId={nameId} />
      <td role="cell" data-column="members" data-number title={formatNumber(segment.userCount)}>
        <strong>
          {segment.userCount < 100_000 ? formatNumber(segment.userCount) : formatCompact(segment.userCount)}
        </strong>
      </td>
      <td role="cell" data-column="change7" data-number>
        {changeText(item.change7)}
      </td>
      <td role="cell" data-column="change30" data-number data-counted={typeof item.change30 === "number"}>
        {changeText(item.change30)}
      </td>
      <td role="cell" data-column="trend">
        <Trend item={item} />
      </td>
      <td role="cell" data-column="state">
        <SegmentState segment={segment} lastRunAt={lastRunAt} />
      </td>
      <td role="cell" data-column="changed">
        {segment.countedAt === null ? <span className="quiet">never</span> : <Time at={segment.countedAt} as="ago" />}
      </td>
      <ActorCell column="createdBy" actor={segment.createdBy} />
      <ActorCell column="editedBy" actor={segment.editedBy} />
      <td role="cell" data-column="sync" title={sync?.text}>
        {sync !== undefined && <StateLabel state={sync.state}>{sync.text}</StateLabel>}
      </td>
      <Actions segment={segment} />
    </>
  );
});

function NameCell({ segment, nameId }: Pick<Listed, "segment"> & Pick<CellsProps, "nameId">) {
  const { segmentType: type } = segment;
  return (
    <td role="cell" data-column="name">
      <SegmentIcon group={type} size={32} />
      <span className={styles.names}>
        <Name segment={segment} id={nameId} />
        <span className={styles.type}>
          {groupStyle(type).label}
          {segment.tags.map((tag) => (
            <span key={tag} className={`${styles.tag} isolated`}>
              {tag}
            </span>
          ))}
        </span>
      </span>
      <Star segment={segment} />
    </td>
  );
}

/** Leads to the segment's page, or to its quick look where the page is not among the screens. */
function Name({ segment, id }: Pick<Listed, "segment"> & { id: string }) {
  const { name, segmentType: type, segmentValue: value } = segment;
  const { placeOf } = useHost();
  const look = { id, className: `${styles.name} isolated`, title: wordsOf(segment) };
  if (placeOf("/segments/$type/$value/$tab") !== "here") {
    return (
      <Link
        to="/segments/$type/$value"
        params={{ type, value }}
        search={true}
        state={{ isFromList: true }}
        resetScroll={false}
        {...look}
      >
        {name}
      </Link>
    );
  }
  return (
    <Link to="/segments/$type/$value/$tab" params={{ type, value, tab: "overview" }} {...look}>
      {name}
    </Link>
  );
}

/** Only who is signed in sees it. */
function Star({ segment }: Pick<Listed, "segment">) {
  const setStar = useSetStar(segment);
  const Icon = segment.starred ? IconStarFilled : IconStar;
  return (
    <button
      type="button"
      className={styles.star}
      aria-label={`Star ${segment.name}`}
      aria-pressed={segment.starred}
      title={segment.starred ? "Remove star" : "Star: list it first"}
      onClick={() => setStar.mutate(!segment.starred)}
    >
      <Icon size={17} aria-hidden />
    </button>
  );
}

/** Nobody created or edited a built-in segment. */
function ActorCell({ column, actor }: { column: string; actor: string | null | undefined }) {
  return (
    <td role="cell" data-column={column} className="isolated">
      {actor == null ? <span className="quiet">—</span> : actorName(actor)}
    </td>
  );
}

function Trend({ item: { segment, sizes } }: { item: Listed }) {
  return (
    <Sparkline
      sizes={sizes}
      color={`var(--${groupStyle(segment.segmentType).color})`}
      label={`Size over 30 days, from ${formatNumber(sizes?.[0] ?? 0)} to ${formatNumber(segment.userCount)}`}
    />
  );
}

function Actions({ segment }: Pick<Listed, "segment">) {
  const { exportSegment, isExporting } = useExport(segment);
  const exporting = useKeptFocus(isExporting);
  const { id, name, segmentType: type, segmentValue: value } = segment;
  return (
    <td role="cell" data-column="actions">
      <ActionIconLink
        to="/segments/$type/$value"
        state={{ isFromList: true }}
        params={{ type, value }}
        search={true}
        resetScroll={false}
        variant="subtle"
        color="gray"
        data-opens={id}
        aria-label={`View ${name}`}
        title="Quick look"
      >
        <IconEye size={18} color="var(--ink-2)" />
      </ActionIconLink>
      <ActionIcon
        ref={exporting}
        variant="subtle"
        color="gray"
        loading={isExporting}
        onClick={exportSegment}
        aria-label={`Export ${name}`}
        title="Export"
      >
        <IconDownload size={18} color="var(--ink-2)" />
      </ActionIcon>
      <SegmentMenu segment={segment} />
    </td>
  );
}

function changeText(change: Change) {
  if (change === null) return null;
  if (change === "new") return "New";
  return change === 0 ? <span className="quiet">0</span> : formatSigned(change);
}
