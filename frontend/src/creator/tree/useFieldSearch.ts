import { type ChangeEvent, type KeyboardEvent, useMemo, useState } from "react";
import { announce } from "../../shared/Announcer.tsx";
import { findOptions } from "../../shared/options/findOptions.ts";
import { withMissingOptions } from "../../shared/options/missingOptions.ts";
import { useOptions } from "../../shared/options/useOptions.ts";
import { useBuilder } from "./builderContext.ts";
import { fieldOptions } from "./fieldGroups.ts";

/** Finds a field by a part of its name or of its group. Enter takes the first that is found, if no other is current. */
export function useFieldSearch(onChoose: (field: string) => void, chosen?: string) {
  const { catalogue } = useBuilder();
  const [text, setText] = useState("");
  const fields = useMemo(
    () => withMissingOptions(fieldOptions(catalogue.fields.values()), chosen === undefined ? [] : [chosen]),
    [catalogue, chosen],
  );
  const found = findOptions(fields, text);
  const { isOpen, begin, close, input, list } = useOptions({
    options: found,
    hasFirst: text.trim() !== "",
    chosen,
    onChoose({ value }) {
      setText("");
      close();
      onChoose(value);
    },
  });
  return {
    text,
    setText,
    isOpen,
    label: fields.find(({ value }) => value === chosen)?.label ?? "",
    list,
    input: {
      ...input,
      maxLength: 100,
      onChange({ currentTarget }: ChangeEvent<HTMLInputElement>) {
        setText(currentTarget.value);
        begin();
      },
      onKeyDown(event: KeyboardEvent) {
        if (event.key === "Enter" && isOpen && found.length === 0) announce("No field matches");
        input.onKeyDown(event);
      },
    },
  };
}
