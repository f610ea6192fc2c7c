import type { LinkProps } from "@tanstack/react-router";
import { type ReactNode, useId } from "react";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import panel from "../shared/Panel.module.css";

interface Props {
  title: ReactNode;
  to: LinkProps["to"];
  /** What the link says. */
  link: string;
  children: ReactNode;
}

/** The way to a page of settings. */
export function LinkPanel({ title, to, link, children }: Props) {
  const id = useId();
  return (
    <section className={panel.panel} aria-labelledby={id}>
      <div className={panel.head}>
        <h2 className={panel.title} id={id}>
          {title}
        </h2>
        <ButtonLink to={to} variant="default" size="compact-sm">
          {link}
        </ButtonLink>
      </div>
      <p className={panel.words}>{children}</p>
    </section>
  );
}
