import { useQuery } from "@tanstack/react-query";
import { segmentsQuery } from "../segments/queries.ts";
import { segmentOptions } from "../segments/segmentOptions.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { MultiSelectInput } from "../shared/options/MultiSelectInput.tsx";

interface Props {
  value: string[];
  hasFault: boolean;
  onChange: (value: string[]) => void;
}

/** Any segments, by name. */
export function SegmentsInput({ value, hasFault, onChange }: Props) {
  const { data, error, refetch } = useQuery(segmentsQuery);
  if (data === undefined) return error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />;
  return (
    <MultiSelectInput
      aria-label="Selected segments"
      error={hasFault}
      value={value}
      options={segmentOptions(data.segments)}
      onChange={onChange}
    />
  );
}
