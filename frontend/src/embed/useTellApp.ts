import { type QueryClient, QueryClientContext } from "@tanstack/react-query";
import { useContext, useEffect } from "react";
import { AUDIENCE_KEY } from "../api/react.ts";

/** After a change, what the app itself has asked about the audience, with the hooks of `/react`, is asked anew. */
export function useTellApp(own: QueryClient) {
  const ofApp = useContext(QueryClientContext);
  useEffect(() => {
    if (ofApp === undefined) return;
    return own.getMutationCache().subscribe((event) => {
      if (event.type === "updated" && event.action.type === "success") {
        void ofApp.invalidateQueries({ queryKey: AUDIENCE_KEY });
      }
    });
  }, [own, ofApp]);
}
