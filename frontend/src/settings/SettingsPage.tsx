// How the console looks, what the app declares, and what is in force.
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { AboutPanel } from "./AboutPanel.tsx";
import { AppearancePanel } from "./AppearancePanel.tsx";
import { AttributesPanel } from "./AttributesPanel.tsx";
import { LimitsPanel } from "./LimitsPanel.tsx";
import { LinkPanel } from "./LinkPanel.tsx";
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
      <LinkPanel title="API tokens" to="/tokens" link="Manage tokens">
        Who may sign in and call the API. Requires the SUPERADMIN role.
      </LinkPanel>
      <LinkPanel title="Event names" to="/event-names" link="Choose what counts">
        Which events show that a person was active.
      </LinkPanel>
      <LimitsPanel />
      <AboutPanel />
      {/* At the end: nobody knows before how long it is. */}
      <AttributesPanel />
    </div>
  );
}
