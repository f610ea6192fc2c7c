// The input for the form of value that the operator takes.
import { TextInput } from "@mantine/core";
import { memo } from "react";
import type { FieldOfCatalogue, OperatorOfField, Segment } from "../../api/client.ts";
import { segmentOptions } from "../../segments/segmentOptions.ts";
import { MultiSelectInput } from "../../shared/options/MultiSelectInput.tsx";
import { AmountInput } from "./AmountInput.tsx";
import { DateInput } from "./DateInput.tsx";
import { DurationInput } from "./DurationInput.tsx";
import { NumberInput } from "./NumberInput.tsx";
import { RangeInput } from "./RangeInput.tsx";
import { SelectInput } from "./SelectInput.tsx";
import { TextListInput } from "./TextListInput.tsx";
import styles from "./Value.module.css";

export interface ValueProps {
  id: string;
  field: FieldOfCatalogue;
  operator: OperatorOfField;
  value: string | string[];
  segments: Segment[];
  zone: string;
  textCharacters: number;
  /** Of amounts; empty until one is chosen. */
  currency: string;
  isFaulty: boolean;
  onChange: (value: string | string[]) => void;
}

export const ValueInput = memo(function ValueInput(props: ValueProps) {
  const { field, operator, value, onChange, isFaulty } = props;
  const label = `Value of ${field.label}`;
  const one = Array.isArray(value) ? (value[0] ?? "") : value;
  const two = Array.isArray(value) ? value : [value, ""];
  const commonProps = { "aria-label": label, error: isFaulty, onChange, value: one };
  switch (operator.value) {
    case "none":
      return null;
    case "option":
    case "period":
      return (
        <SelectInput
          {...commonProps}
          options={operator.options}
          zone={props.zone}
          isPeriod={operator.value === "period"}
        />
      );
    case "optionList":
      return (
        <MultiSelectInput
          {...commonProps}
          value={two.filter(Boolean)}
          options={operator.options.map((name) => ({ value: name, label: name }))}
        />
      );
    case "segmentList":
      return <MultiSelectInput {...commonProps} value={two.filter(Boolean)} options={segmentOptions(props.segments)} />;
    case "textList":
      return <TextListInput {...commonProps} value={two.filter(Boolean)} textCharacters={props.textCharacters} />;
    case "number":
    case "decimal":
      return (
        <NumberInput
          {...commonProps}
          min={field.min}
          max={field.max}
          percent={field.type === "percentage"}
          isDecimal={operator.value === "decimal"}
        />
      );
    case "numberRange":
    case "decimalRange":
      return (
        <RangeInput bounds={two} onChange={onChange}>
          {(part, text, change) => (
            <NumberInput
              aria-label={`${part} of ${field.label}`}
              error={isFaulty}
              value={text}
              onChange={change}
              min={field.min}
              max={field.max}
              percent={field.type === "percentage"}
              isDecimal={operator.value === "decimalRange"}
            />
          )}
        </RangeInput>
      );
    case "amount":
      return <AmountInput {...commonProps} currency={props.currency} />;
    case "amountRange":
      return (
        <RangeInput bounds={two} onChange={onChange}>
          {(part, text, change) => (
            <AmountInput
              aria-label={`${part} of ${field.label}`}
              error={isFaulty}
              value={text}
              onChange={change}
              currency={props.currency}
            />
          )}
        </RangeInput>
      );
    case "date":
      return <DateInput {...commonProps} zone={props.zone} />;
    case "dateRange":
      return (
        <RangeInput bounds={two} onChange={onChange}>
          {(part, text, change) => (
            <DateInput
              aria-label={`${part} of ${field.label}`}
              error={isFaulty}
              value={text}
              onChange={change}
              zone={props.zone}
            />
          )}
        </RangeInput>
      );
    case "duration":
      return (
        <DurationInput
          {...commonProps}
          hint={
            operator.matchesUnset ? (instant) => `before ${instant}${field.nullable ? ", or not set" : ""}` : undefined
          }
        />
      );
    default:
      return (
        <TextInput
          {...commonProps}
          className={styles.text ?? ""}
          placeholder="Text"
          maxLength={props.textCharacters}
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
});
