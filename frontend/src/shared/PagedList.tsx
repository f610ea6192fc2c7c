import { Button } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { announce } from "./Announcer.tsx";
import { ErrorNotice } from "./ErrorNotice.tsx";
import { LoadingRows } from "./LoadingRows.tsx";
import panel from "./Panel.module.css";

interface Props<Row> {
  /** What is listed, for screen readers. */
  of?: string;
  /** An infinite query. */
  found: {
    error: Error | null;
    isFetching: boolean;
    isPlaceholderData: boolean;
    isFetchNextPageError: boolean;
    isFetchingNextPage: boolean;
    hasNextPage: boolean;
    refetch: () => unknown;
    fetchNextPage: () => Promise<{ hasNextPage: boolean }>;
  };
  /** The rows of all pages. Nothing before the first page has come. */
  rows: Row[] | undefined;
  /** Shown if there are no rows. */
  empty: ReactNode;
  children: (rows: Row[]) => ReactNode;
}

/** A list that grows page by page. */
export function PagedList<Row>({ of = "people", found, rows, empty, children }: Props<Row>) {
  const list = useRef<HTMLDivElement>(null);
  async function showMore() {
    if (found.isFetchingNextPage) return;
    const { hasNextPage } = await found.fetchNextPage();
    announce(hasNextPage ? `More ${of} are listed` : `All ${of} are listed`);
    // The button is gone, and the focus with it.
    if (!hasNextPage) list.current?.focus({ preventScroll: true });
  }
  if (rows === undefined) {
    return found.error === null ? (
      <LoadingRows of={of} />
    ) : (
      <ErrorNotice error={found.error} onRetry={() => void found.refetch()} />
    );
  }
  return (
    <>
      <div
        ref={list}
        className={panel.list}
        tabIndex={-1}
        aria-busy={found.isFetching}
        data-stale={found.isPlaceholderData}
      >
        {rows.length === 0 ? empty : children(rows)}
      </div>
      {found.isFetchNextPageError ? (
        <ErrorNotice error={found.error} onRetry={() => void showMore()} />
      ) : (
        found.hasNextPage && (
          <div>
            {/* Not disabled while the next page loads: the button would lose the focus. */}
            <Button variant="default" aria-disabled={found.isFetchingNextPage} onClick={() => void showMore()}>
              {found.isFetchingNextPage ? "Loading…" : "Show more"}
            </Button>
          </div>
        )
      )}
    </>
  );
}
