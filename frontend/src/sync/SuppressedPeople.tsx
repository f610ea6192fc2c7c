import { useDebouncedValue } from "@mantine/hooks";
import { IconMailOff } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Suspense, useRef, useState } from "react";
import { syncRoute } from "../app/routes.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { PagedList } from "../shared/PagedList.tsx";
import panel from "../shared/Panel.module.css";
import { SearchInput } from "../shared/SearchInput.tsx";
import toolbar from "../shared/Toolbar.module.css";
import { LiftDialog } from "./dialogs.ts";
import { focusUnlessReturned } from "./focusUnlessReturned.ts";
import type { Liftable } from "./holds.ts";
import { REASONS } from "./mail.ts";
import { suppressionsQuery } from "./queries.ts";
import { ReasonSelect } from "./ReasonSelect.tsx";
import { SuppressionsTable } from "./SuppressionsTable.tsx";

/** People who must not get mail, and why. The search text may identify a person, so it stays out of the URL. */
export function SuppressedPeople() {
  const { reason } = syncRoute.useSearch();
  const navigate = syncRoute.useNavigate();
  const [text, setText] = useState("");
  const [searched] = useDebouncedValue(text.trim(), 250);
  const [lifted, setLifted] = useState<Liftable>();
  const heading = useRef<HTMLHeadingElement>(null);
  const found = useInfiniteQuery(suppressionsQuery(reason, searched));
  function close() {
    setLifted(undefined);
    focusUnlessReturned(heading);
  }
  return (
    <section className={panel.panel} aria-labelledby="suppressed">
      <h2 className={panel.title} id="suppressed" ref={heading} tabIndex={-1}>
        Suppressed people
      </h2>
      <search className={toolbar.toolbar}>
        <SearchInput
          className={toolbar.search}
          label="Search by email"
          value={text}
          maxLength={256}
          onChange={setText}
        />
        <ReasonSelect
          label="Filter by reason"
          reasons={REASONS}
          value={reason}
          onChoose={(chosen) => void navigate({ search: { reason: chosen }, replace: true, resetScroll: false })}
        />
      </search>
      <PagedList
        found={found}
        rows={found.data?.pages.flatMap((page) => page.suppressions)}
        empty={<Nobody isFiltered={reason !== undefined || searched !== ""} />}
      >
        {(suppressions) => <SuppressionsTable suppressions={suppressions} onLift={setLifted} />}
      </PagedList>
      <Suspense>{lifted !== undefined && <LiftDialog liftable={lifted} onClose={close} />}</Suspense>
    </section>
  );
}

function Nobody({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <EmptyState icon={IconMailOff} title="No matches" />;
  return (
    <EmptyState icon={IconMailOff} title="No one is suppressed">
      People who unsubscribe, complain or bounce are listed here. They stay members of their segments.
    </EmptyState>
  );
}
