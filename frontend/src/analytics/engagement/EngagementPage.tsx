import { engagementRoute } from "../../app/routes.ts";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { Engagement } from "./Engagement.tsx";

/** How active the members of segments are. */
export function EngagementPage() {
  const search = engagementRoute.useSearch();
  const navigate = engagementRoute.useNavigate();
  return (
    <ReportPage title="Engagement" subtitle="How active the members of segments are.">
      <Engagement search={search} onAsk={(asked) => navigate({ search: asked, resetScroll: false })} />
    </ReportPage>
  );
}
