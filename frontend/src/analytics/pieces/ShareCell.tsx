import type { Ratio } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import { isOfFew, percentText } from "./rates.ts";

interface Props {
  rate: Pick<Ratio, "part" | "of">;
  children?: React.ReactNode;
}

/** In a cell of a matrix: the number, and its share of the row. `children` stand in place of the number. */
export function ShareCell({ rate, children }: Props) {
  return (
    <>
      <strong>{children || formatNumber(rate.part)}</strong>
      {rate.of > 0 && (
        <small className={isOfFew(rate) ? "quiet" : undefined}>
          {percentText(rate)} of {formatNumber(rate.of)}
        </small>
      )}
    </>
  );
}
