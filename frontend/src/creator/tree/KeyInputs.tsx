import { TextInput } from "@mantine/core";
import type { KeyOfField } from "../../api/client.ts";
import { OptionInput } from "../inputs/OptionInput.tsx";
import { SpanInput } from "../inputs/SpanInput.tsx";
import values from "../inputs/Value.module.css";
import { useBuilder } from "./builder.ts";
import styles from "./GroupEditor.module.css";
import type { ConditionNode } from "./tree.ts";

interface Props {
  node: ConditionNode;
  keys: KeyOfField[];
  change: (next: (before: ConditionNode) => ConditionNode, of: string) => void;
}

/** What a condition may narrow down besides its value. Each may be left empty. */
export function KeyInputs({ node, keys, change }: Props) {
  const { zone } = useBuilder();
  return keys.map(({ name, label, value: form, options }) => {
    const usual = {
      "aria-label": label,
      error: false,
      value: node.keys[name] ?? "",
      onChange: (text: string) =>
        change((before) => ({ ...before, keys: { ...before.keys, [name]: text } }), `key ${name}`),
    };
    return (
      <div key={name} className={styles.key}>
        <span className={styles.keyLabel} aria-hidden="true">
          {label}
        </span>
        {form === "duration" ? (
          <SpanInput {...usual} />
        ) : options.length > 0 ? (
          <OptionInput {...usual} options={options} isPeriod={false} zone={zone} none="Any" />
        ) : (
          <TextInput
            {...usual}
            className={values.option ?? ""}
            placeholder="Any"
            autoComplete="off"
            onChange={(event) => usual.onChange(event.currentTarget.value)}
          />
        )}
      </div>
    );
  });
}
