// One segment from close by, above the list. Its address can be sent to somebody.
import "../shared/modalStyles.ts";
import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconTrashX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate, useRouter } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { detailRoute, readListSearch } from "../app/routes.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { isNotFound } from "../shared/errorMessages.ts";
import { useHost } from "../shared/host.ts";
import { isUppermost, ToastPlace } from "../shared/ToastPlace.tsx";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { ZoneNote } from "../shared/ZoneNote.tsx";
import { DetailHeader } from "./DetailHeader.tsx";
import { HistoryPanel } from "./HistoryPanel.tsx";
import { type SegmentKey, segmentQuery } from "./queries.ts";
import styles from "./SegmentDetailModal.module.css";

const ResendPanel = lazy(async () => ({ default: (await import("../sync/screens.ts")).ResendPanel }));
const MembersPanel = lazy(async () => ({ default: (await import("./MembersPanel.tsx")).MembersPanel }));
const MailPanel = lazy(async () => ({ default: (await import("../engagement/screens.ts")).MailPanel }));

export function SegmentDetailModal() {
  const { type, value } = detailRoute.useParams();
  const key: SegmentKey = { segmentType: type, segmentValue: value };
  const segment = useQuery(segmentQuery(key));
  const isNarrow = useMediaQuery("(max-width: 48em)", false, { getInitialValueInEffect: false });
  const listed = useQuery(segmentsQuery).data?.segments.find(({ id }) => id === `${type}:${value}`);
  const content = useRef<HTMLDivElement>(null);
  const close = useClose(content);
  useReturnToCard(`${type}:${value}`);
  useDocumentTitle(segment.data?.name ?? listed?.name ?? "Segment");
  return (
    <Modal.Root opened onClose={close} size={1080} radius="lg" fullScreen={isNarrow} padding={0} returnFocus={false}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content ref={content} classNames={{ content: styles.content ?? "" }}>
        <DetailHeader segmentKey={key} segment={segment.data} listedName={listed?.name} />
        <Modal.Body className={styles.body}>
          {segment.data === undefined && segment.error !== null ? (
            <Unavailable error={segment.error} onRetry={() => void segment.refetch()} />
          ) : (
            <>
              <HistoryPanel segmentKey={key} />
              <Suspense fallback={<div className={styles.awaited} />}>
                <ResendPanel key={`resend ${type}:${value}`} segmentKey={key} name={segment.data?.name ?? ""} />
              </Suspense>
              <Suspense fallback={<div className={styles.awaitedMail} />}>
                <MailPanel key={`mail ${type}:${value}`} segmentKey={key} />
              </Suspense>
              <Suspense fallback={<div className={styles.awaitedMembers} />}>
                <MembersPanel key={`${type}:${value}`} segmentKey={key} name={segment.data?.name ?? ""} />
              </Suspense>
              <ZoneNote />
            </>
          )}
        </Modal.Body>
        <ToastPlace />
      </Modal.Content>
    </Modal.Root>
  );
}

function Unavailable({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (!isNotFound(error)) return <ErrorNotice error={error} onRetry={onRetry} />;
  return (
    <EmptyState icon={IconTrashX} title="This segment does not exist">
      It was deleted, or the address is wrong. Close this to see all segments.
    </EmptyState>
  );
}

/** Back to the list, so that Back in the browser does not open again what was closed. */
function useClose(content: { current: HTMLElement | null }) {
  const navigate = useNavigate();
  const { history } = useRouter();
  const isFromList = useLocation({ select: ({ state }) => state.isFromList === true });
  const [isClosing, setIsClosing] = useState(false);
  return async () => {
    if (isClosing || !isUppermost(content.current)) return;
    setIsClosing(true);
    if (isFromList) return history.back();
    await navigate({ to: "/", search: (before) => readListSearch({ ...before }), resetScroll: false, replace: true });
  };
}

/** When the segment is left, also by going back in the browser, the focus returns to its card in the list. */
function useReturnToCard(id: string) {
  const { owns } = useHost();
  useEffect(() => {
    const find = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)].find(owns);
    return () => {
      // The list is inert until the modal has gone.
      requestAnimationFrame(() => {
        (find(`[data-opens="${CSS.escape(id)}"]`) ?? find("h1"))?.focus({ preventScroll: true });
      });
    };
  }, [id, owns]);
}
