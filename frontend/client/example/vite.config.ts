import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// In production, the server of your app does this: it checks who is signed in, and adds the token, which no browser sees.
const rpc = {
  target: process.env.AUDIENCE_SERVER ?? "http://127.0.0.1:8080",
  headers: { authorization: `Bearer ${process.env.AUDIENCE_TOKEN}` },
};

export default defineConfig({
  plugins: [react()],
  server: { proxy: { "/rpc": rpc } },
});
