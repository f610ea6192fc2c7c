import { moneyRoute } from "../../app/routes.ts";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { Money } from "./Money.tsx";

/** What people paid while they were in which segment. */
export function MoneyPage() {
  const search = moneyRoute.useSearch();
  const navigate = moneyRoute.useNavigate();
  return (
    <ReportPage title="Money" subtitle="What people paid and got back while they were in a segment.">
      <Money search={search} onAsk={(asked) => navigate({ search: asked, resetScroll: false })} />
    </ReportPage>
  );
}
