import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { FlowStep } from "../../api/client.ts";
import { flowRoute } from "../../app/routes.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { formatNumber, pluralize } from "../../shared/format.ts";
import { PagedList } from "../../shared/PagedList.tsx";
import panel from "../../shared/Panel.module.css";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import type { Named } from "../pieces/names.ts";
import { compareQuery } from "../queries.ts";
import { type Who, whoKey, whoText } from "./words.ts";

interface Props {
  step: FlowStep;
  /** Which step. */
  place: number;
  who: Who;
  named: Named;
  /** Whether somebody has just asked for it. */
  takesFocus: boolean;
}

/** An export has one page of people, which is at most so many. */
const MOST_EXPORTED = 1_000;

/** The people of a cell, by their ids. */
export function WhoList({ step, place, who, named, takesFocus }: Props) {
  const navigate = flowRoute.useNavigate();
  const heading = useRef<HTMLHeadingElement>(null);
  const params = { segment: who.segment, a: step.from, b: step.to, show: who.show };
  const found = useInfiniteQuery(compareQuery(params));
  const count = found.data?.pages[0]?.counts[who.show];
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);

  async function close() {
    await navigate({
      search: (before) => ({ ...before, step: undefined, who: undefined, shown: undefined }),
      resetScroll: false,
    });
    const key = whoKey(place, who);
    [...document.querySelectorAll<HTMLElement>("[data-who]")].find(({ dataset }) => dataset.who === key)?.focus();
  }
  return (
    <>
      <div className={panel.head}>
        <h3 className={panel.title} ref={heading} tabIndex={-1}>
          {whoText(who, named)}
          {count !== undefined && `: ${pluralize(count, "person", "people")}`}
        </h3>
        <div className={styles.tabs}>
          <ExportButton report="compareAsOf" params={{ ...params, limit: MOST_EXPORTED }} table="users" what="people" />
          <Button variant="default" size="compact-sm" onClick={() => void close()}>
            Close
          </Button>
        </div>
      </div>
      <PagedList
        found={found}
        rows={found.data?.pages.flatMap(({ userIds }) => userIds)}
        empty={<EmptyState icon={IconUsers} title="No one to list" />}
      >
        {(ids) => (
          <ul className={styles.ids} aria-label="User IDs">
            {ids.map((id) => (
              <li key={id}>{id}</li>
            ))}
          </ul>
        )}
      </PagedList>
      <p className={styles.small}>
        People whose data was erased are counted, but not listed.
        {count !== undefined &&
          count > MOST_EXPORTED &&
          ` The export has the first ${formatNumber(MOST_EXPORTED)}; the command segmentation-engine report as-of gives all.`}
      </p>
    </>
  );
}
