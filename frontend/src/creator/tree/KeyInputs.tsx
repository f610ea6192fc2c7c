import { TextInput } from "@mantine/core";
import type { KeyOfField } from "../../api/client.ts";
import { DurationInput } from "../inputs/DurationInput.tsx";
import { SelectInput } from "../inputs/SelectInput.tsx";
import values from "../inputs/Value.module.css";
import { useBuilder } from "./builderContext.ts";
import styles from "./GroupEditor.module.css";
import type { ConditionNode } from "./tree.ts";

interface Props {
  node: ConditionNode;
  keys: KeyOfField[];
  change: (next: (before: ConditionNode) => ConditionNode, of: string) => void;
}

/** Optional restrictions of a condition, such as `within`. */
export function KeyInputs({ node, keys, change }: Props) {
  const { zone } = useBuilder();
  return keys.map(({ name, label, value: form, options }) => {
    const commonProps = {
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
          <DurationInput {...commonProps} />
        ) : options.length > 0 ? (
          <SelectInput {...commonProps} options={options} isPeriod={false} zone={zone} none="Any" />
        ) : (
          <TextInput
            {...commonProps}
            className={values.option ?? ""}
            placeholder="Any"
            autoComplete="off"
            onChange={(event) => commonProps.onChange(event.currentTarget.value)}
          />
        )}
      </div>
    );
  });
}
