import "@mantine/core/styles/Combobox.css";
import "@mantine/core/styles/Popover.css";
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { grouped } from "../../creator/inputs/grouped.ts";
import { withMissingOptions } from "../../creator/inputs/missingOptions.ts";
import inputs from "../../creator/inputs/Value.module.css";
import { segmentsQuery } from "../../segments/queries.ts";
import { segmentOptions } from "../../segments/segmentOptions.ts";

interface Props {
  label: string;
  value: string;
  fault: string | undefined;
  onChange: (value: string) => void;
}

/** One segment, found by its name. */
export function SegmentField({ label, value, fault, onChange }: Props) {
  const { data } = useQuery(segmentsQuery);
  // Before the list has come, nothing is missing in it.
  const options = data === undefined ? [] : withMissingOptions(segmentOptions(data.segments), [value]);
  return (
    <Select
      label={label}
      placeholder={data === undefined ? "Loading…" : "Choose…"}
      data={grouped(options)}
      value={data === undefined || value === "" ? null : value}
      error={fault}
      onChange={(chosen) => onChange(chosen ?? "")}
      searchable
      nothingFoundMessage="Nothing found"
      comboboxProps={{ withinPortal: false }}
      withScrollArea={false}
      classNames={{ options: inputs.options ?? "", groupLabel: inputs.groupLabel ?? "" }}
    />
  );
}
