// The way to a person.
import { useDebouncedValue } from "@mantine/hooks";
import { IconUserOff } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { EmptyState } from "../shared/EmptyState.tsx";
import page from "../shared/Page.module.css";
import { PagedList } from "../shared/PagedList.tsx";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { SearchInput } from "../shared/SearchInput.tsx";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { useKeptText } from "../shared/useKeptText.ts";
import { PeopleTable } from "./PeopleTable.tsx";
import { peopleQuery } from "./queries.ts";

/** The search text may identify a person, so it stays out of the address. */
export function PeoplePage() {
  useDocumentTitle("People");
  const [text, setText] = useKeptText("people");
  const [searched] = useDebouncedValue(text.trim(), 250);
  const found = useInfiniteQuery(peopleQuery(searched));
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <PageTitle>People</PageTitle>
          <p className={page.subtitle}>Which segments somebody is in, and why.</p>
        </div>
      </header>
      <section className={panel.panel} aria-label="Find a person">
        <SearchInput label="Search by name, email or ID" value={text} maxLength={256} onChange={setText} />
        <PagedList
          found={found}
          rows={found.data?.pages.flatMap(({ users }) => users)}
          empty={
            searched === "" ? (
              <EmptyState icon={IconUserOff} title="No people yet">
                Your app sends its users here.
              </EmptyState>
            ) : (
              <EmptyState icon={IconUserOff} title={`No one matches “${searched}”`}>
                Check the spelling, or search for part of a name or email. An ID must be complete.
              </EmptyState>
            )
          }
        >
          {(users) => <PeopleTable users={users} />}
        </PagedList>
      </section>
    </div>
  );
}
