import { IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { ForecastChange } from "../../api/client.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { capitalize, formatNumber } from "../../shared/format.ts";
import { PagedList } from "../../shared/PagedList.tsx";
import panel from "../../shared/Panel.module.css";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import type { Named } from "../pieces/names.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { forecastUsersQuery } from "../queries.ts";
import { changeText } from "./words.ts";

/** An export has one page of people, which is at most so many. */
export const MOST_EXPORTED = 1_000;

interface Props {
  segment: string;
  change: ForecastChange;
  day: number;
  people: number;
  named: Named;
  /** Whether somebody has just asked for it. */
  takesFocus: boolean;
}

/** Who leaves or joins, and when. */
export function ForecastWho({ segment, change, day, people, named, takesFocus }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  const found = useInfiniteQuery(forecastUsersQuery({ segment, change, day }));
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  return (
    <section className={panel.panel} aria-labelledby="who">
      <h2 className={panel.title} id="who" ref={heading} tabIndex={-1}>
        {capitalize(changeText(change, people, segment, named))}
      </h2>
      <PagedList
        found={found}
        rows={found.data?.pages.flatMap(({ users }) => users)}
        empty={<EmptyState icon={IconUsers} title="No one to list" />}
      >
        {(users) => (
          <Scroll label="People">
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col">{change === "leave" ? "Leaves" : "Joins"}</th>
                </tr>
              </thead>
              <tbody>
                {users.map(({ userId, changesAt }) => (
                  <tr key={userId}>
                    <th scope="row">
                      <Link to="/people/$id" params={{ id: userId }} className={`${styles.link} isolated`}>
                        {userId}
                      </Link>
                    </th>
                    <td>
                      <Time at={changesAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        )}
      </PagedList>
      {people > MOST_EXPORTED && (
        <p className={styles.small}>
          The export has the first {formatNumber(MOST_EXPORTED)}; the command segmentation-engine report forecast-users
          gives all.
        </p>
      )}
    </section>
  );
}
