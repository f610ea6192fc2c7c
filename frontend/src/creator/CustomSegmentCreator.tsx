// The third screen: a segment from conditions, new or changed.
import { Skeleton } from "@mantine/core";
import { IconTrashX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { editRoute, newRoute } from "../app/routes.ts";
import { fieldsQuery, segmentQuery } from "../detail/queries.ts";
import { segmentsQuery, sizesQuery } from "../segments/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { isNotFound } from "../shared/errorMessages.ts";
import page from "../shared/Page.module.css";
import { useStart } from "./draft/useStart.ts";
import { Editor } from "./Editor.tsx";
import { type Catalogue, catalogueOf, newCondition } from "./tree/catalogue.ts";
import { fromCriteria, fromDefinition } from "./tree/fromCriteria.ts";
import { newSet } from "./tree/tree.ts";

export function CustomSegmentCreator() {
  const { start, isLoading } = useStart(newRoute.useSearch());
  const { catalogue, error, refetch } = useCatalogue();
  if (catalogue === undefined || isLoading) return <LoadingEditor error={error} onRetry={refetch} />;
  const initial = () => ({
    name: "",
    description: "",
    root: start === undefined ? newSet([newCondition(catalogue)]) : fromCriteria(start, catalogue),
  });
  return <EditorWithData catalogue={catalogue} initial={initial} />;
}

export function CustomSegmentEditor() {
  const { id } = editRoute.useParams();
  const { catalogue, error, refetch } = useCatalogue();
  const segment = useQuery(segmentQuery({ segmentType: "custom", segmentValue: id }));
  // What a restart begins with: its own answer, since the query's next rendering may come after the restart.
  const [restart, setRestart] = useState({ round: 0, data: segment.data });
  if (isNotFound(segment.error)) return <SegmentNotFound />;
  // A refresh of what is stored never reaches the draft: the editor reads it once.
  if (catalogue === undefined || segment.data === undefined) {
    const retry = () => void Promise.all([refetch(), segment.refetch()]);
    return <LoadingEditor error={error ?? segment.error} onRetry={retry} />;
  }
  const isRestarted = restart.round > 0 && restart.data?.segmentValue === id;
  const { name, description, definition, version = 1 } = (isRestarted && restart.data) || segment.data;
  const stored = () => ({ name, description, root: fromDefinition(definition, catalogue) });
  return (
    <EditorWithData
      key={`${id} ${restart.round}`}
      id={id}
      catalogue={catalogue}
      initial={stored}
      version={version ?? 1}
      onRestart={async () => {
        const { data } = await segment.refetch();
        setRestart(({ round }) => ({ round: round + 1, data }));
      }}
    />
  );
}

interface Props {
  id?: string;
  catalogue: Catalogue;
  initial: () => ReturnType<Parameters<typeof Editor>[0]["initial"]>;
  version?: number;
  onRestart?: () => Promise<unknown>;
}

/** With the segments that a condition may name: all but the one that is edited. */
function EditorWithData({ id, catalogue, initial, version, onRestart }: Props) {
  const [round, setRound] = useState(0);
  const { data } = useQuery(segmentsQuery);
  const zone = useQuery(sizesQuery).data?.zone ?? "UTC";
  const segments = useMemo(() => data?.segments.filter(({ segmentValue }) => segmentValue !== id) ?? [], [data, id]);
  return (
    <Editor
      key={round}
      id={id}
      catalogue={catalogue}
      segments={segments}
      zone={zone}
      initial={initial}
      version={version ?? null}
      onRestart={() => void Promise.resolve(onRestart?.()).then(() => setRound((before) => before + 1))}
    />
  );
}

function useCatalogue() {
  const { data, error, refetch } = useQuery(fieldsQuery);
  const catalogue = useMemo(() => data && catalogueOf(data), [data]);
  return { catalogue, error, refetch: () => void refetch() };
}

function LoadingEditor({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  if (error !== null) return <ErrorNotice error={error} onRetry={onRetry} />;
  return (
    <div className={page.page} role="status" aria-busy="true">
      <span className="unseen">Loading</span>
      <Skeleton height={60} width={320} />
      <Skeleton height={420} radius={12} />
    </div>
  );
}

function SegmentNotFound() {
  return (
    <EmptyState icon={IconTrashX} title="This segment does not exist" isPage>
      It was deleted, or the address is wrong. <Link to="/">See all segments</Link>
    </EmptyState>
  );
}
