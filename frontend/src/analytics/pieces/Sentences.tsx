import type { Ratio } from "../../api/client.ts";
import styles from "./Analytics.module.css";
import { isOfFew, partText, percentText } from "./rates.ts";

/** `2 of 6 people (33.3%) are …`, or only the text. */
export interface Sentence {
  rate?: Pick<Ratio, "part" | "of">;
  noun?: string;
  text: string;
}

/** What stands out. The percentage of few is gray. */
export function Sentences({ of }: { of: Sentence[] }) {
  return (
    <ul className={styles.sentences}>
      {of.map(({ rate, noun, text }) => (
        <li key={`${rate?.part} ${text}`}>
          {rate !== undefined && (
            <>
              {partText(rate)} {noun !== undefined && `${noun} `}
              <span className={isOfFew(rate) ? "quiet" : undefined}>({percentText(rate)})</span>{" "}
            </>
          )}
          {text}
        </li>
      ))}
    </ul>
  );
}
