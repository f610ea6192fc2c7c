import { useQuery } from "@tanstack/react-query";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import { formatNumber } from "../shared/format.ts";
import panel from "../shared/Panel.module.css";
import { webhooksQuery } from "../webhooks/queries.ts";

/** How many endpoints there are, and the way to them. */
export function WebhooksPanel() {
  const webhooks = useQuery(webhooksQuery).data?.webhooks;
  return (
    <section className={panel.panel} aria-labelledby="webhooks">
      <div className={panel.head}>
        <h2 className={panel.title} id="webhooks">
          Webhooks <span className="quiet">{webhooks && formatNumber(webhooks.length)}</span>
        </h2>
        <ButtonLink to="/webhooks" variant="default" size="compact-sm">
          Manage webhooks
        </ButtonLink>
      </div>
      <p className={panel.words}>Tell other systems who joins and leaves segments.</p>
    </section>
  );
}
