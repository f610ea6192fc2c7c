// How the console looks, what the app declares, and what is in force.
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { AboutPanel } from "./AboutPanel.tsx";
import { AppearancePanel } from "./AppearancePanel.tsx";
import { AttributesPanel } from "./AttributesPanel.tsx";
import { LimitsPanel } from "./LimitsPanel.tsx";
import { WebhooksPanel } from "./WebhooksPanel.tsx";

export function SettingsPage() {
  useDocumentTitle("Settings");
  return (
    <div className={page.page}>
      <header className={page.header}>
        <PageTitle>Settings</PageTitle>
      </header>
      <AppearancePanel />
      <WebhooksPanel />
      <LimitsPanel />
      <AboutPanel />
      {/* At the end: nobody knows before how long it is. */}
      <AttributesPanel />
    </div>
  );
}
