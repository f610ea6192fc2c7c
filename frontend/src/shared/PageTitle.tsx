import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { useHost } from "./host.ts";
import page from "./Page.module.css";

interface Props {
  ref?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

/** The heading of a page. It takes the focus when the page opens: what had it before is gone. */
export function PageTitle({ ref, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useImperativeHandle(ref, () => heading.current as HTMLHeadingElement);
  const { takesFocus } = useHost();
  useEffect(() => {
    if (takesFocus()) heading.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    <h1 className={page.title} ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
