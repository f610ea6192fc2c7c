import { NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { CriteriaSet, Segment } from "../../api/client.ts";
import { segmentQuery } from "../../detail/queries.ts";
import { keyIn } from "../../segments/segmentKey.ts";
import { announce } from "../../shared/Announcer.tsx";
import { toastError } from "../../shared/toasts.ts";
import styles from "../Creator.module.css";
import type { Draft } from "../draft/useDraft.ts";
import { type Catalogue, newCondition } from "../tree/catalogue.ts";
import { fromCriteria } from "../tree/fromCriteria.ts";
import { newSet } from "../tree/tree.ts";
import { templatesOf } from "./templates.ts";

const EMPTY = "empty";

interface Props {
  catalogue: Catalogue;
  segments: Segment[];
  /** One step to undo. */
  onStart: (draft: Draft) => void;
}

/** A template, a copy of a segment, or nothing to begin with. What was there before comes back with Undo. */
export function StartFrom({ catalogue, segments, onStart }: Props) {
  const client = useQueryClient();
  const templates = useMemo(() => templatesOf(catalogue), [catalogue]);

  function start(name: string, draft: Draft) {
    onStart(draft);
    announce(`Started from ${name}. Undo to go back.`);
  }
  async function copy(segment: Segment) {
    const { name, description, definition } = await client.fetchQuery(segmentQuery(keyIn(segment)));
    start(name, { name: `${name} (copy)`, description, root: fromCriteria(definition as CriteriaSet, catalogue) });
  }
  function choose(value: string) {
    if (value === EMPTY) {
      start("nothing", { name: "", description: "", root: newSet([newCondition(catalogue)]) });
    }
    const template = templates.find(({ name }) => name === value);
    if (template !== undefined) {
      const { name, description, definition } = template;
      start(name, { name, description, root: fromCriteria(definition, catalogue) });
    }
    const segment = segments.find(({ id }) => id === value);
    if (segment !== undefined) copy(segment).catch(toastError);
  }
  return (
    <NativeSelect
      className={styles.start ?? ""}
      label="Start from"
      description="A template or a copy. Undo brings back what was there."
      value=""
      onChange={({ currentTarget: { value } }) => choose(value)}
      data={[
        { value: "", label: "Choose…" },
        { value: EMPTY, label: "An empty definition" },
        {
          group: "Templates",
          items: templates.map(({ name, description }) => ({ value: name, label: `${name}: ${description}` })),
        },
        { group: "Copy of", items: segments.map(({ id, name }) => ({ value: id, label: name })) },
      ]}
    />
  );
}
