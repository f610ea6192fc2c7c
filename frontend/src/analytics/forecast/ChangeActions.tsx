import { Button } from "@mantine/core";
import { IconPlus, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { CriteriaSet, ForecastChange } from "../../api/client.ts";
import { fromForecast } from "../../creator/tree/fromForecast.ts";
import { segmentQuery } from "../../detail/queries.ts";
import { keyOf } from "../../segments/segmentKey.ts";
import { ButtonLink } from "../../shared/ButtonLink.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { MOST_EXPORTED } from "./ForecastWho.tsx";

interface Props {
  segment: string;
  change: ForecastChange;
  day: number;
  isListed: boolean;
  onList: () => void;
}

const WHO: Record<ForecastChange, string> = { leave: "those who leave", enter: "those who join" };

/** What can be done with those who leave or join: list, export, or make a segment of them. */
export function ChangeActions({ segment, change, day, isListed, onList }: Props) {
  const key = keyOf(segment);
  const { data } = useQuery({
    ...segmentQuery(key ?? { segmentType: "custom", segmentValue: "" }),
    enabled: key !== undefined,
  });
  const definition = data?.definition as CriteriaSet | undefined;
  const isDefinable = definition != null && fromForecast(segment, definition, change, day) !== undefined;
  return (
    <div className={styles.buttons}>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconUsers size={15} />}
        aria-label={isListed ? `Hide list of ${WHO[change]}` : `List ${WHO[change]}`}
        aria-expanded={isListed}
        onClick={onList}
      >
        {isListed ? "Hide list" : "List"}
      </Button>
      <ExportButton
        report="getForecastUsers"
        params={{ segment, change, day, limit: MOST_EXPORTED }}
        table="users"
        what={WHO[change]}
      />
      {isDefinable && (
        <ButtonLink
          to="/segments/new"
          search={{ [change === "leave" ? "leaves" : "enters"]: segment, days: String(day) }}
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={15} />}
          aria-label={`Make a segment of ${WHO[change]}`}
        >
          Make a segment
        </ButtonLink>
      )}
    </div>
  );
}
