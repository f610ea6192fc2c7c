import { conversionRoute } from "../../app/routes.ts";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { Conversion } from "./Conversion.tsx";

/** How many of those who join a segment reach a goal within some time. */
export function ConversionPage() {
  const search = conversionRoute.useSearch();
  const navigate = conversionRoute.useNavigate();
  return (
    <ReportPage title="Conversion" subtitle="How many of those who join a segment reach a goal in time.">
      <Conversion search={search} onAsk={(asked) => navigate({ search: asked, resetScroll: false })} />
    </ReportPage>
  );
}
