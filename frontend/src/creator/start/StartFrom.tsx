import { Button, NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { CriteriaSet, Segment } from "../../api/client.ts";
import { segmentQuery } from "../../detail/queries.ts";
import { keyIn } from "../../segments/segmentKey.ts";
import { announce } from "../../shared/Announcer.tsx";
import { toast, toastError } from "../../shared/toasts.ts";
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
  /** What is there now. */
  draft: Draft;
  /** One step to undo. */
  onStart: (draft: Draft) => void;
}

/** A template, a copy of a segment, or nothing to begin with. What was there before comes back with Undo. */
export function StartFrom({ catalogue, segments, draft, onStart }: Props) {
  const client = useQueryClient();
  const templates = useMemo(() => templatesOf(catalogue), [catalogue]);
  const [chosen, setChosen] = useState("");
  const [isCopying, setIsCopying] = useState(false);
  // Refs, because a copy looks at them when it has come.
  const latest = useRef(draft);
  latest.current = draft;
  const awaited = useRef<symbol>(undefined);
  /** What was begun with last. */
  const filled = useRef<Draft>(undefined);
  useEffect(
    () => () => {
      awaited.current = undefined;
    },
    [],
  );

  function choose(value: string) {
    awaited.current = undefined;
    setIsCopying(false);
    setChosen(value);
  }
  /** A name and a description that somebody typed stay. */
  function begin(from: string, start: Draft) {
    const wordOf = (part: "name" | "description") =>
      draft[part].trim() === "" || draft[part] === filled.current?.[part] ? start[part] : draft[part];
    onStart({ ...start, name: wordOf("name"), description: wordOf("description") });
    filled.current = start;
    announce(`Started from ${from}. Undo to go back.`);
  }
  /** Does not overwrite what was typed, or ignore what was chosen, while the segment was on its way. */
  async function copy(segment: Segment) {
    const mine = Symbol(segment.id);
    awaited.current = mine;
    setIsCopying(true);
    try {
      const { name, description, definition } = await client.fetchQuery(segmentQuery(keyIn(segment)));
      if (awaited.current !== mine) return;
      if (latest.current === draft) {
        begin(name, { name: `${name} (copy)`, description, root: fromCriteria(definition as CriteriaSet, catalogue) });
      } else {
        toast({ tone: "notice", title: `${name} was not copied`, text: "You made a change while it was loading." });
      }
    } catch (error) {
      if (awaited.current === mine) toastError(error);
    }
    if (awaited.current === mine) setIsCopying(false);
  }
  function start() {
    if (chosen === EMPTY) {
      begin("nothing", { name: "", description: "", root: newSet([newCondition(catalogue)]) });
    }
    const template = templates.find(({ name }) => name === chosen);
    if (template !== undefined) {
      const { name, description, definition } = template;
      begin(name, { name, description, root: fromCriteria(definition, catalogue) });
    }
    const segment = segments.find(({ id }) => id === chosen);
    if (segment !== undefined) void copy(segment);
  }
  return (
    <div className={styles.start}>
      <NativeSelect
        label="Start from"
        description="A template or a copy. Undo brings back what was there."
        value={chosen}
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
      <Button variant="default" disabled={chosen === ""} loading={isCopying} onClick={start}>
        Start
      </Button>
    </div>
  );
}
