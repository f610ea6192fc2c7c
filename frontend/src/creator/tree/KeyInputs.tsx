import { TextInput } from "@mantine/core";
import type { KeyOfField } from "../../api/client.ts";
import { AmountInput } from "../inputs/AmountInput.tsx";
import { DurationInput } from "../inputs/DurationInput.tsx";
import { EventNameInput } from "../inputs/EventNameInput.tsx";
import { SelectInput } from "../inputs/SelectInput.tsx";
import values from "../inputs/Value.module.css";
import { useBuilder } from "./builderContext.ts";
import { currencyOf } from "./catalogue.ts";
import styles from "./GroupEditor.module.css";
import type { ConditionNode } from "./tree.ts";

/** The options of `basis`. The first is what it is if none is chosen. */
const REFUNDS: Record<string, string> & { net: string } = { net: "Subtracted", gross: "Not subtracted" };

interface Props {
  node: ConditionNode;
  keys: KeyOfField[];
  change: (next: (before: ConditionNode) => ConditionNode, of: string) => void;
}

/** Restrictions of a condition, such as `within`. */
export function KeyInputs({ node, keys, change }: Props) {
  const { catalogue, zone } = useBuilder();
  const names = catalogue.eventNames.filter(({ kind }) => node.field !== "purchases" || kind === "purchase");
  return keys.map(({ name, label, value: form, options, required }) => {
    const commonProps = {
      "aria-label": label,
      error: false,
      value: node.keys[name] ?? "",
      onChange: (text: string) =>
        change((before) => ({ ...before, keys: { ...before.keys, [name]: text } }), `key ${name}`),
    };
    const none = required ? "Choose…" : name === "basis" ? REFUNDS.net : "Any";
    return (
      <div key={name} className={styles.key}>
        <span className={styles.keyLabel} aria-hidden="true">
          {label}
        </span>
        {form === "duration" ? (
          <DurationInput {...commonProps} />
        ) : form === "amount" ? (
          <AmountInput {...commonProps} currency={currencyOf(node)} placeholder={none} />
        ) : form === "eventName" ? (
          <EventNameInput
            {...commonProps}
            known={names.map((known) => known.name)}
            placeholder={required ? "Name" : "Any"}
          />
        ) : options.length > 0 ? (
          <SelectInput
            {...commonProps}
            options={options.filter((option) => REFUNDS[option] !== none)}
            isPeriod={false}
            zone={zone}
            none={none}
            words={REFUNDS}
          />
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
