// The page /dashboard/admin/emails of an app. Which tab is open is in its address.
import type { Client } from "@audience-segmentation/client";
import { Suspense, useEffect, useState } from "react";
import { Audiences } from "./Audiences.tsx";
import { Campaigns } from "./Campaigns.tsx";

const TABS = { campaigns: "Campaigns", templates: "Templates", audiences: "Audiences" } as const;
type Tab = keyof typeof TABS;

function tabInAddress(): Tab {
  const tab = new URLSearchParams(window.location.search).get("tab") ?? "";
  return tab in TABS ? (tab as Tab) : "campaigns";
}

export function Emails({ client }: { client: Client }) {
  const [tab, setTab] = useState(tabInAddress);
  const [person, setPerson] = useState<string>();
  useEffect(() => {
    const follow = () => setTab(tabInAddress());
    window.addEventListener("popstate", follow);
    return () => window.removeEventListener("popstate", follow);
  }, []);
  function open(tab: Tab) {
    window.history.pushState(null, "", `/dashboard/admin/emails?tab=${tab}`);
    setTab(tab);
  }
  return (
    <main className="emails">
      <h1>Emails</h1>
      <div role="tablist" aria-label="Emails">
        {Object.entries(TABS).map(([key, name]) => (
          <button key={key} type="button" role="tab" aria-selected={key === tab} onClick={() => open(key as Tab)}>
            {name}
          </button>
        ))}
      </div>
      {person !== undefined && (
        <p role="status">
          The app shows user {person}.{" "}
          <button type="button" onClick={() => setPerson(undefined)}>
            Close
          </button>
        </p>
      )}
      <section role="tabpanel" aria-label={TABS[tab]}>
        <Suspense fallback={<p>Loading…</p>}>
          {tab === "campaigns" && <Campaigns client={client} onOpenPerson={setPerson} />}
          {tab === "templates" && <p>Templates of the app.</p>}
          {tab === "audiences" && <Audiences client={client} onOpenPerson={setPerson} />}
        </Suspense>
      </section>
    </main>
  );
}
