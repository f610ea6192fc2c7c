// One person: what is known about them, the segments they are in, what was decided about them, and why they are in a segment or not.
import { Button, Skeleton } from "@mantine/core";
import { IconRefresh, IconUserOff, IconUserX } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { personRoute } from "../app/routes.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { isNotFound } from "../shared/errorMessages.ts";
import { LoadingRows } from "../shared/LoadingRows.tsx";
import { Notice } from "../shared/Notice.tsx";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import type { Person } from "../shared/person.ts";
import { Time } from "../shared/Time.tsx";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { useKeptFocus } from "../shared/useKeptFocus.ts";
import { MembershipsTable } from "./MembershipsTable.tsx";
import { useEvaluation } from "./mutations.ts";
import { OverridesTable } from "./OverridesTable.tsx";
import { ProfilePanel, useProfile } from "./ProfilePanel.tsx";
import { personQuery, timelineQuery } from "./queries.ts";
import { Timeline } from "./Timeline.tsx";
import { usePerson } from "./usePerson.ts";
import { WhyPanel } from "./WhyPanel.tsx";

const EraseDialog = lazy(async () => ({ default: (await import("./EraseDialog.tsx")).EraseDialog }));
const ActivityList = lazy(async () => ({ default: (await import("../activity/screens.ts")).ActivityList }));

export function PersonPage() {
  const { id } = personRoute.useParams();
  const { person, isPending } = usePerson(id);
  const { error } = useQuery(personQuery(id));
  useDocumentTitle("Person");
  if (isNotFound(error)) {
    return (
      <EmptyState icon={IconUserOff} title="No user has this ID" isPage>
        Check the ID. <Link to="/people">Find another person</Link>
      </EmptyState>
    );
  }
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <Link to="/people" className={page.up}>
            People
          </Link>
          <PageTitle>
            <span className="isolated">{person.name}</span>
          </PageTitle>
          {!isPending && (
            <p className={`${page.subtitle} isolated`}>
              {person.email === undefined || person.email === person.name ? "" : `${person.email} · `}ID {id}
            </p>
          )}
        </div>
        {!isPending && <Actions person={person} />}
      </header>
      {/* A name may take more lines than an ID, so all below waits for it. */}
      {isPending ? <Skeleton height={320} radius={12} /> : <About person={person} />}
    </div>
  );
}

function About({ person }: { person: Person }) {
  const { data, error, refetch } = useQuery(personQuery(person.id));
  const timeline = useInfiniteQuery(timelineQuery(person.id));
  const profile = useProfile(person.id);
  // As high as it will be only once it is there.
  if (profile.values === undefined && profile.error === null) return <Skeleton height={320} radius={12} />;
  return (
    <>
      {error !== null && data === undefined && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.deletedAt != null && (
        <Notice>
          Your app deleted this user on <Time at={data.deletedAt} />, so they are in no segment.
        </Notice>
      )}
      <ProfilePanel profile={profile} />
      <section className={panel.panel} aria-labelledby="memberships">
        <h2 className={panel.title} id="memberships">
          Segments now
        </h2>
        {data === undefined ? (
          <LoadingRows of="segments" count={3} />
        ) : (
          <MembershipsTable person={person} found={data} />
        )}
      </section>
      {data !== undefined && data.overrides.length > 0 && (
        <section className={panel.panel} aria-labelledby="overrides">
          <h2 className={panel.title} id="overrides">
            Added or excluded by hand
          </h2>
          <OverridesTable person={person} overrides={data.overrides} />
        </section>
      )}
      {/* Below what grows, only once that has its height. */}
      {data !== undefined && <WhyPanel person={person} found={data} />}
      {data !== undefined && <Timeline id={person.id} />}
      {data !== undefined && !timeline.isPending && <PersonActivity id={person.id} />}
    </>
  );
}

function PersonActivity({ id }: { id: string }) {
  return (
    <section className={panel.panel} aria-labelledby="activity">
      <h2 className={panel.title} id="activity">
        Activity
      </h2>
      <Suspense fallback={<Skeleton height={104} />}>
        <ActivityList filter={{ user: id }} />
      </Suspense>
    </section>
  );
}

function Actions({ person }: { person: Person }) {
  const evaluation = useEvaluation(person);
  const evaluate = useKeptFocus(evaluation.isPending);
  const [isErasing, setIsErasing] = useState(false);
  return (
    <div className={page.actions}>
      <Button
        ref={evaluate}
        variant="default"
        leftSection={<IconRefresh size={16} />}
        loading={evaluation.isPending}
        onClick={() => evaluation.mutate()}
      >
        Evaluate now
      </Button>
      <Button variant="default" c="var(--bad)" leftSection={<IconUserX size={16} />} onClick={() => setIsErasing(true)}>
        Erase…
      </Button>
      <Suspense>{isErasing && <EraseDialog person={person} onClose={() => setIsErasing(false)} />}</Suspense>
    </div>
  );
}
