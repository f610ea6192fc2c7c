import { useQuery } from "@tanstack/react-query";
import type { Note } from "../../api/client.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { Notice } from "../../shared/Notice.tsx";
import styles from "./Analytics.module.css";
import { noteText } from "./notes.ts";

export function Notes({ notes }: { notes: Note[] }) {
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  if (notes.length === 0) return null;
  const texts = [...new Set(notes.map((note) => noteText(note, named)))];
  return (
    <Notice>
      <ul className={styles.notes} aria-label="Notes">
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Notice>
  );
}
