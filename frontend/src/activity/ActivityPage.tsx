// Who did what, when, and to what.
import { NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { type ActivitySearch, activityRoute } from "../app/routes.ts";
import { actorName } from "../shared/actorName.ts";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import styles from "./Activity.module.css";
import { ActivityList } from "./ActivityList.tsx";
import { auditLogQuery } from "./queries.ts";
import { actionText } from "./words.ts";

export function ActivityPage() {
  useDocumentTitle("Activity");
  const search = activityRoute.useSearch();
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <PageTitle>Activity</PageTitle>
          <p className={page.subtitle}>Who changed what, newest first.</p>
        </div>
      </header>
      <section className={panel.panel} aria-label="Audit log">
        <Filters search={search} />
        <ActivityList filter={search} />
      </section>
    </div>
  );
}

function Filters({ search }: { search: ActivitySearch }) {
  const navigate = activityRoute.useNavigate();
  const read = useInfiniteQuery(auditLogQuery).data?.pages.flatMap(({ entries }) => entries) ?? [];
  const change = (next: ActivitySearch) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  return (
    <search className={styles.filters}>
      <NativeSelect
        label="Who"
        data={optionsOf("Anyone", [...read.map(({ actor }) => actor), search.who], actorName)}
        value={search.who ?? ""}
        onChange={({ currentTarget }) => change({ who: currentTarget.value })}
      />
      <NativeSelect
        label="What"
        data={optionsOf("Anything", [...read.map(({ action }) => action), search.what], actionText)}
        value={search.what ?? ""}
        onChange={({ currentTarget }) => change({ what: currentTarget.value })}
      />
      <TextInput
        type="date"
        label="From"
        value={search.from ?? ""}
        onChange={({ currentTarget }) => change({ from: currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        value={search.to ?? ""}
        onChange={({ currentTarget }) => change({ to: currentTarget.value })}
      />
    </search>
  );
}

/** Those that are there, once each and by their names. */
function optionsOf(all: string, values: (string | undefined)[], nameOf: (value: string) => string) {
  const known = [...new Set(values)].filter((value) => value !== undefined && value !== "") as string[];
  const options = known.map((value) => ({ value, label: nameOf(value) }));
  return [{ value: "", label: all }, ...options.sort((one, other) => one.label.localeCompare(other.label))];
}
