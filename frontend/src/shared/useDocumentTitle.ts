import { useEffect } from "react";

/** What the tab of the browser says, while the component is there. */
export function useDocumentTitle(title: string) {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · Audience`;
    return () => {
      document.title = before;
    };
  }, [title]);
}
