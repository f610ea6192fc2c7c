import { type ReactNode, useId } from "react";
import panel from "../../shared/Panel.module.css";

interface Props {
  title: string;
  /** At the right of the title. */
  action?: ReactNode;
  children: ReactNode;
}

/** A part of a report. */
export function Section({ title, action, children }: Props) {
  const id = useId();
  return (
    <section className={panel.panel} aria-labelledby={id}>
      <div className={panel.head}>
        <h2 className={panel.title} id={id}>
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}
