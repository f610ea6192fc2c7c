import { useDebouncedValue } from "@mantine/hooks";
import { IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { MovementKind } from "../api/client.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { formatNumber } from "../shared/format.ts";
import { PagedList } from "../shared/PagedList.tsx";
import panel from "../shared/Panel.module.css";
import { SearchInput } from "../shared/SearchInput.tsx";
import { useKeptText } from "../shared/useKeptText.ts";
import { ExportListButton } from "./ExportListButton.tsx";
import styles from "./MembersPanel.module.css";
import { MovementsTable } from "./MovementsTable.tsx";
import { PeriodChoice } from "./PeriodChoice.tsx";
import { movementsQuery, type SegmentKey } from "./queries.ts";
import { useDetailSearch } from "./useDetailSearch.ts";
import { useExportMovements } from "./useExportMovements.ts";

const WORDS: Record<MovementKind, { title: string; action: string; none: string }> = {
  entered: { title: "Joined", action: "Export joined", none: "No one joined" },
  left: { title: "Left", action: "Export left", none: "No one left" },
};

interface Props {
  segmentKey: SegmentKey;
  movement: MovementKind;
}

/** Who joined the segment in a period, or left it. The search text may identify a person, so it stays out of the address. */
export function MovementsPanel({ segmentKey, movement }: Props) {
  const { search, change } = useDetailSearch();
  const { days = 30, order } = search;
  const isOldestFirst = order === "at";
  const [text, setText] = useKeptText(`${movement} of ${segmentKey.segmentType}:${segmentKey.segmentValue}`);
  const [searched] = useDebouncedValue(text.trim(), 250);
  const found = useInfiniteQuery(movementsQuery(segmentKey, movement, days, searched, isOldestFirst));
  const exporting = useExportMovements(segmentKey, movement, days, searched);
  const total = found.data?.pages[0]?.[movement];
  const { title, action, none } = WORDS[movement];
  return (
    <section className={panel.panel} aria-labelledby="movements">
      <div className={panel.head}>
        <h3 className={panel.title} id="movements">
          {title} <span className="quiet">{total !== undefined && formatNumber(total)}</span>
        </h3>
        <div className={styles.actions}>
          <PeriodChoice days={days} label="Period" />
          <ExportListButton exporting={exporting}>{action}</ExportListButton>
        </div>
      </div>
      <SearchInput label="Search by name, email or ID" value={text} maxLength={256} onChange={setText} />
      <PagedList
        found={found}
        rows={found.data?.pages.flatMap(({ movements }) => movements)}
        empty={
          <EmptyState icon={IconUsers} title={searched === "" ? none : `No one matches “${searched}”`}>
            Choose a longer period to see more.
          </EmptyState>
        }
      >
        {(movements) => (
          <MovementsTable
            movements={movements}
            label={title}
            isOldestFirst={isOldestFirst}
            onTurn={() => change({ order: isOldestFirst ? undefined : "at" })}
          />
        )}
      </PagedList>
    </section>
  );
}
