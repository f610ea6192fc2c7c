import { NativeSelect } from "@mantine/core";
import { IconMailbox } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DeliveryState, Webhook } from "../api/client.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { PagedList } from "../shared/PagedList.tsx";
import toolbar from "../shared/Toolbar.module.css";
import fold from "../sync/People.module.css";
import { DeliveriesTable } from "./DeliveriesTable.tsx";
import { deliveriesQuery } from "./queries.ts";
import { STATES } from "./words.ts";

/** The messages to a webhook. They load when the list is opened. */
export function Deliveries({ webhook }: { webhook: Webhook }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div className={fold.lists}>
      <details className={fold.fold} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>Deliveries</summary>
        {isOpen && (
          <div className={fold.open}>
            <List webhook={webhook} />
          </div>
        )}
      </details>
    </div>
  );
}

const FILTERS = Object.entries(STATES).map(([value, label]) => ({ value, label }));

function List({ webhook }: { webhook: Webhook }) {
  const [state, setState] = useState<DeliveryState>();
  const found = useInfiniteQuery(deliveriesQuery(webhook.webhookId, state));
  return (
    <>
      <div className={toolbar.toolbar}>
        <NativeSelect
          aria-label="Filter deliveries by state"
          data={[{ value: "", label: "All states" }, ...FILTERS]}
          value={state ?? ""}
          onChange={(event) => setState((event.currentTarget.value || undefined) as DeliveryState | undefined)}
        />
      </div>
      <PagedList
        of="deliveries"
        found={found}
        rows={found.data?.pages.flatMap(({ deliveries }) => deliveries)}
        empty={<Nothing isFiltered={state !== undefined} />}
      >
        {(deliveries) => <DeliveriesTable webhook={webhook} deliveries={deliveries} />}
      </PagedList>
    </>
  );
}

function Nothing({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <EmptyState icon={IconMailbox} title="No deliveries in this state" />;
  return (
    <EmptyState icon={IconMailbox} title="Nothing sent yet">
      Messages are listed here for 30 days. Tests are not listed.
    </EmptyState>
  );
}
