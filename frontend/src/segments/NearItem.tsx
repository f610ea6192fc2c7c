import { type ReactNode, useEffect, useRef, useState } from "react";
import { countDialogs } from "../shared/ToastPlace.tsx";

interface Props {
  /** Whether the content is there from the first rendering, before anybody knows where the item lies. */
  isFirst: boolean;
  children: ReactNode;
}

/** An item of a long list, which has its content only while it is near the window or has the focus. */
export function NearItem({ isFirst, children }: Props) {
  const item = useRef<HTMLLIElement>(null);
  const [isNear, setIsNear] = useState(isFirst);
  const [height, setHeight] = useState<number>();
  useEffect(() => {
    const element = item.current;
    if (element === null) return;
    return observe(element, (isNear) => {
      if (!isNear && isInUse(element)) return;
      // Without its content it stays as high, so that nothing moves.
      if (!isNear) setHeight(element.offsetHeight);
      setIsNear(isNear);
    });
  }, []);
  return (
    <li ref={item} style={isNear ? undefined : { minHeight: height }}>
      {isNear && children}
    </li>
  );
}

/** Whether it has the focus, or may have opened the dialog that has it. */
function isInUse(item: Element): boolean {
  return item.contains(document.activeElement) || countDialogs() > 0;
}

/** How far from the window things are near, in pixels: about as much as is scrolled by a key. */
const MARGIN = 800;
const callbacks = new WeakMap<Element, (isNear: boolean) => void>();
let observer: IntersectionObserver | undefined;

/** One observer for all items. */
function observe(element: Element, callback: (isNear: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) callbacks.get(target)?.(isIntersecting);
    },
    { rootMargin: `${MARGIN}px 0px` },
  );
  callbacks.set(element, callback);
  observer.observe(element);
  return () => observer?.unobserve(element);
}
