import { createClient } from "@audience-segmentation/client";
import { AudienceProvider } from "@audience-segmentation/client/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Emails } from "./Emails.tsx";
import "./app.css";

// One for the hooks and all screens. The server of the app adds the token.
const client = createClient({ url: "/rpc" });
const queryClient = new QueryClient();

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <AudienceProvider client={client}>
        <Emails client={client} />
      </AudienceProvider>
    </QueryClientProvider>
  </StrictMode>,
);
