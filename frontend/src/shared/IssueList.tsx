import type { ReactNode } from "react";
import { formatNumber } from "./format.ts";
import styles from "./IssueList.module.css";

interface Props {
  summary: string;
  /** The issues that are listed, each a sentence. */
  texts: string[];
  /** How many there are, with those that are not listed. */
  count: number;
  /** What can be done about them. */
  children?: ReactNode;
}

/** The issues of a run, folded up. */
export function IssueList({ summary, texts, count, children }: Props) {
  const unlisted = count - texts.length;
  return (
    <details className={styles.issues}>
      <summary>{summary}</summary>
      <ul>
        {texts.map((text) => (
          <li key={text} className="isolated">
            {text}
          </li>
        ))}
        {unlisted > 0 && <li>and {formatNumber(unlisted)} more</li>}
      </ul>
      {children}
    </details>
  );
}
