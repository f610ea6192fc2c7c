import { useEffect } from "react";
import { useHost } from "./host.ts";

/** What the tab of the browser says, while the component is there. */
export function useDocumentTitle(title: string) {
  const { namesDocument } = useHost();
  useEffect(() => {
    if (!namesDocument) return;
    const before = document.title;
    document.title = `${title} · Audience`;
    return () => {
      document.title = before;
    };
  }, [title, namesDocument]);
}
