import { Button } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import panel from "../../shared/Panel.module.css";
import styles from "./Analytics.module.css";

interface Props {
  label: string;
  onCount: () => void;
  children: ReactNode;
}

/** What is asked. It is counted when the button is pressed: counting may take a while. */
export function ReportForm({ label, onCount, children }: Props) {
  function submit(event: FormEvent) {
    event.preventDefault();
    onCount();
  }
  return (
    <form className={`${panel.panel} ${styles.form}`} aria-label={label} onSubmit={submit} noValidate>
      {children}
      <div className={styles.submit}>
        <Button type="submit">Count</Button>
      </div>
    </form>
  );
}
