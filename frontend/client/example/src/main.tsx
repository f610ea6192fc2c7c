import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Emails } from "./Emails.tsx";
import "./app.css";

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Emails />
  </StrictMode>,
);
