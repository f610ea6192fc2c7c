import "@mantine/core/styles/Combobox.css";
import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/Popover.css";
import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { segmentsQuery } from "../../segments/queries.ts";
import { segmentOptions } from "../../segments/segmentOptions.ts";
import { grouped } from "../../shared/options/grouped.ts";
import { withMissingOptions } from "../../shared/options/missingOptions.ts";
import inputs from "../../shared/options/Options.module.css";
import styles from "./Analytics.module.css";

interface Props {
  label: string;
  description: string;
  most: number;
  value: string[];
  fault: string | undefined;
  onChange: (value: string[]) => void;
}

/** Several segments, found by their names. */
export function SegmentsField({ label, description, most, value, fault, onChange }: Props) {
  const { data } = useQuery(segmentsQuery);
  const isLoading = data === undefined;
  const options = isLoading ? [] : withMissingOptions(segmentOptions(data.segments), value);
  return (
    <MultiSelect
      className={styles.wide ?? ""}
      label={label}
      description={description}
      placeholder={isLoading ? "Loading…" : value.length === 0 ? "Choose…" : ""}
      data={grouped(options)}
      value={isLoading ? [] : value}
      error={fault}
      maxValues={most}
      onChange={onChange}
      searchable
      hidePickedOptions={false}
      withCheckIcon
      nothingFoundMessage="Nothing found"
      comboboxProps={{ withinPortal: false }}
      withScrollArea={false}
      classNames={{ options: inputs.options ?? "", groupLabel: inputs.groupLabel ?? "" }}
    />
  );
}
