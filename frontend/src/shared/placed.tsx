import type { ComponentType, ReactNode } from "react";
import { type PagePath, useHost } from "./host.ts";

interface LinkProps {
  /** The current page if it is missing or a point. */
  to?: PagePath | ".";
  className?: string;
  children?: ReactNode;
}

/** A link that opens a tab where its page is elsewhere. Where it is nowhere, there is no link, or its words alone. */
export function placed<Component>(Linked: Component, keeps: "nothing" | "words"): Component {
  const Link = Linked as ComponentType<LinkProps & { target?: string; rel?: string }>;
  function PlacedLink(props: LinkProps) {
    const { to = ".", className, children } = props;
    const { placeOf, consoleUrl } = useHost();
    const place = to === "." ? "here" : placeOf(to);
    // A link keeps the address that it began with, so where that changes there is another one.
    if (place === "here") return <Link key="here" {...props} />;
    if (place === "elsewhere") return <Link key={consoleUrl} {...props} target="_blank" rel="noopener" />;
    return keeps === "words" ? <span className={className}>{children}</span> : null;
  }
  return PlacedLink as Component;
}
