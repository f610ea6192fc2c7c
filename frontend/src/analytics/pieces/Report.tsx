import { Button, Loader } from "@mantine/core";
import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { announce } from "../../shared/Announcer.tsx";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import page from "../../shared/Page.module.css";
import panel from "../../shared/Panel.module.css";
import styles from "./Analytics.module.css";

interface Props<Answer> {
  queryKey: readonly unknown[];
  found: UseQueryResult<Answer, Error>;
  /** What is being counted, such as `who joined “Pro”`. */
  counting: string;
  /** Whether all that is wrong is said at its field. */
  isAtFields: boolean;
  children: (answer: Answer) => ReactNode;
}

/** An answer, or why there is none yet. Counting can be left at any time. */
export function Report<Answer>({ queryKey, found, counting, isAtFields, children }: Props<Answer>) {
  const client = useQueryClient();
  const { data, error, isFetching, dataUpdatedAt } = found;
  useEffect(() => {
    if (dataUpdatedAt > 0) announce("Counted");
  }, [dataUpdatedAt]);
  const words = `Counting ${counting}`;
  const waiting = (
    <div className={styles.counting} role="status" data-over={data !== undefined}>
      <Loader size={16} aria-hidden />
      <span>{words}…</span>
      <Button size="compact-sm" variant="default" onClick={() => void client.cancelQueries({ queryKey })}>
        Stop
      </Button>
    </div>
  );
  return (
    <div className={styles.report}>
      {isFetching && data !== undefined && waiting}
      {!isFetching && error !== null ? (
        isAtFields ? (
          <p role="alert" className={panel.words}>
            Check the fields above.
          </p>
        ) : (
          <ErrorNotice error={error} onRetry={() => void found.refetch()} />
        )
      ) : data !== undefined ? (
        <div className={`${page.page} ${panel.list}`} aria-busy={isFetching} data-stale={isFetching}>
          {children(data)}
        </div>
      ) : isFetching ? (
        <div className={`${panel.panel} ${styles.awaited}`}>{waiting}</div>
      ) : (
        <div className={styles.counting} role="status">
          <span>Stopped. Nothing was counted.</span>
          <Button size="compact-sm" variant="default" onClick={() => void found.refetch()}>
            Count again
          </Button>
        </div>
      )}
    </div>
  );
}
