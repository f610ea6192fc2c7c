import type { ReactNode } from "react";
import type { ExplainedMail } from "../api/client.ts";
import { Time } from "../shared/Time.tsx";
import { REASONS, sourceText } from "../sync/mail.ts";
import styles from "./ExplainDialog.module.css";

interface Props {
  mail: ExplainedMail;
  /** Where the user stands in the segment at Resend. Null if that is not known, or there is none. */
  place: string | null;
  /** What became of mails. */
  children?: ReactNode;
}

/** Whether mail can reach a user, and if not, everything that holds it back. */
export function MailStatus({ mail: { reachable, hasAddress, suppressions, refused }, place, children }: Props) {
  return (
    <section className={styles.standing} aria-label="Mail">
      <p>
        <strong>{reachable ? "Mail can reach this user." : "Mail is held back."}</strong> {place}
      </p>
      {!hasAddress && <p>The address isn't usable. Correct it in your app.</p>}
      {suppressions.map((suppression) => (
        <p key={suppression.reason}>
          {REASONS[suppression.reason]}
          {suppression.since !== null && (
            <>
              {" "}
              since <Time at={suppression.since} />
            </>
          )}
          . {sourceText(suppression)}
        </p>
      ))}
      {refused !== null && <p>Resend refused the address ({refused}).</p>}
      {children}
    </section>
  );
}
