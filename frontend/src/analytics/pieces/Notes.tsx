import { useQuery } from "@tanstack/react-query";
import type { Note } from "../../api/client.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { Notice } from "../../shared/Notice.tsx";
import styles from "./Analytics.module.css";
import { noteTexts } from "./notes.ts";

export function Notes({ notes }: { notes: Note[] }) {
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  if (notes.length === 0) return null;
  return (
    <Notice>
      <ul className={styles.notes} aria-label="Notes">
        {noteTexts(notes, named).map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Notice>
  );
}
