import { useQuery } from "@tanstack/react-query";
import { labelOf, observedText } from "../detail/observedText.ts";
import { fieldsQuery } from "../detail/queries.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import panel from "../shared/Panel.module.css";
import styles from "./People.module.css";
import { profileValuesQuery } from "./profile.ts";

/** What a person has, or why that is not known yet. */
export function useProfile(userId: string) {
  const fields = useQuery(fieldsQuery);
  const values = useQuery(profileValuesQuery(userId, fields.data));
  const retry = () => void (fields.data === undefined ? fields.refetch() : values.refetch());
  const error = fields.error ?? (values.data === undefined ? values.error : null);
  return { catalogue: fields.data, values: values.data, error, retry };
}

/** The plan, what a person did, and their attributes. */
export function ProfilePanel({ profile }: { profile: ReturnType<typeof useProfile> }) {
  const { catalogue, values, error, retry } = profile;
  return (
    <section className={panel.panel} aria-labelledby="profile">
      <h2 className={panel.title} id="profile">
        Profile
      </h2>
      {error !== null && <ErrorNotice error={error} onRetry={retry} />}
      {catalogue !== undefined && values !== undefined && (
        <dl className={styles.profile}>
          {values.map((part, place) => (
            <div key={place}>
              <dt className="isolated">{labelOf(part.field ?? "", catalogue)}</dt>
              <dd className="isolated">{observedText(part, catalogue, [])}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}
