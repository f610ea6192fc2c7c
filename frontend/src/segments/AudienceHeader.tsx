import { Button } from "@mantine/core";
import { IconPlus, IconRefresh } from "@tabler/icons-react";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { announce } from "../shared/Announcer.tsx";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import { segmentsQuery } from "./queries.ts";

/** The title, and what can be done at any time. */
export function AudienceHeader() {
  const client = useQueryClient();
  // The first time, the page itself shows that it loads.
  const isLoaded = client.getQueryData(segmentsQuery.queryKey) !== undefined;
  const isFetching = useIsFetching({ queryKey: ["segments"] }) > 0 && isLoaded;
  async function refresh() {
    await Promise.all([
      client.invalidateQueries({ queryKey: ["segments"] }),
      client.invalidateQueries({ queryKey: ["runs"] }),
      client.invalidateQueries({ queryKey: ["sync"] }),
    ]);
    announce("Refreshed");
  }
  return (
    <header className={page.header}>
      <div>
        <PageTitle>Segments</PageTitle>
        <p className={page.subtitle}>Audiences that stay current with every run.</p>
      </div>
      <div className={page.actions}>
        <Button
          variant="default"
          leftSection={<IconRefresh size={17} />}
          loading={isFetching}
          onClick={() => void refresh()}
        >
          Refresh
        </Button>
        <ButtonLink to="/segments/new" leftSection={<IconPlus size={17} />}>
          New custom segment
        </ButtonLink>
      </div>
    </header>
  );
}
