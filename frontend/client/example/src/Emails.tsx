// The page /dashboard/admin/emails of an app. Which tab is open is in its address.
import { lazy, Suspense, useEffect, useState } from "react";

const Audiences = lazy(() => import("./Audiences.tsx"));

const TABS = { campaigns: "Campaigns", templates: "Templates", audiences: "Audiences" } as const;
type Tab = keyof typeof TABS;

function tabInAddress(): Tab {
  const tab = new URLSearchParams(window.location.search).get("tab") ?? "";
  return tab in TABS ? (tab as Tab) : "campaigns";
}

export function Emails() {
  const [tab, setTab] = useState(tabInAddress);
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
      <section role="tabpanel" aria-label={TABS[tab]}>
        <Suspense fallback={<p>Loading…</p>}>
          {tab === "audiences" ? <Audiences /> : <p>{TABS[tab]} of the app.</p>}
        </Suspense>
      </section>
    </main>
  );
}
