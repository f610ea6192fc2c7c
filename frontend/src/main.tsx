// Where the console begins: a token in the address is taken over and removed before anything else looks at the address.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { signInFromAddress } from "./app/session.ts";
import "./styles.ts";
import "./fonts.css";

signInFromAddress();

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
