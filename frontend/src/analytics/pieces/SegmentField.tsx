import "@mantine/core/styles/Combobox.css";
import "@mantine/core/styles/Popover.css";
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { segmentsQuery } from "../../segments/queries.ts";
import { segmentOptions } from "../../segments/segmentOptions.ts";
import { grouped } from "../../shared/options/grouped.ts";
import { withMissingOptions } from "../../shared/options/missingOptions.ts";
import inputs from "../../shared/options/Options.module.css";

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
