// A few segments side by side.
import { IconCirclesRelation, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { OverlapAnswer } from "../../api/client.ts";
import { COMPARED, compareRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { ButtonLink } from "../../shared/ButtonLink.tsx";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { formatNumber, formatShare } from "../../shared/format.ts";
import { listOf, textOf } from "../../shared/lists.ts";
import page from "../../shared/Page.module.css";
import { PageTitle } from "../../shared/PageTitle.tsx";
import panel from "../../shared/Panel.module.css";
import table from "../../shared/Table.module.css";
import { TableHead } from "../../shared/TableHead.tsx";
import { useDocumentTitle } from "../../shared/useDocumentTitle.ts";
import { Combinations } from "../overlap/Combinations.tsx";
import { OverlapMatrix } from "../overlap/OverlapMatrix.tsx";
import styles from "../pieces/Analytics.module.css";
import type { Named } from "../pieces/names.ts";
import { Report } from "../pieces/Report.tsx";
import { Section } from "../pieces/Section.tsx";
import { SegmentsField } from "../pieces/SegmentsField.tsx";
import { overlapQuery } from "../queries.ts";
import { Figures } from "./Figures.tsx";
import { partsOf } from "./words.ts";

export function ComparePage() {
  useDocumentTitle("Compare segments");
  const ids = listOf(compareRoute.useSearch().segments);
  const navigate = compareRoute.useNavigate();
  const named = useQuery(segmentsQuery).data?.segments;
  const isEnough = ids.length >= COMPARED.least;
  const query = overlapQuery(isEnough ? { segments: ids } : undefined);
  const found = useQuery(query);
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <Link to="/" className={page.up}>
            Segments
          </Link>
          <PageTitle>Compare segments</PageTitle>
          <p className={page.subtitle}>Who is in both, and who in one alone.</p>
        </div>
      </header>
      <section className={panel.panel} aria-label="What to compare">
        <SegmentsField
          label="Segments"
          description={`${COMPARED.least} to ${COMPARED.most}`}
          most={COMPARED.most}
          value={ids}
          fault={undefined}
          onChange={(next) => void navigate({ search: { segments: textOf(next) }, replace: true, resetScroll: false })}
        />
      </section>
      {isEnough ? (
        // Below the names of the segments, which may take a second line.
        named !== undefined && (
          <>
            <Figures ids={ids} />
            <Report queryKey={query.queryKey} found={found} counting="who is in which segment" isAtFields={false}>
              {(answer) => <Overlap answer={answer} named={named} />}
            </Report>
          </>
        )
      ) : (
        <EmptyState icon={IconCirclesRelation} title={`Choose at least ${COMPARED.least} segments`}>
          Or select them in the list of segments.
        </EmptyState>
      )}
    </div>
  );
}

function Overlap({ answer, named }: { answer: OverlapAnswer; named: Named }) {
  return (
    <>
      <Section title="In common">
        <Parts answer={answer} named={named} />
      </Section>
      <Section title="Pairs">
        <OverlapMatrix answer={answer} named={named} />
        <p className={styles.small}>Each cell: people in both, and their share of the segment of the row.</p>
      </Section>
      {answer.segments.length > COMPARED.least && (
        <Section title="Combinations">
          <Combinations answer={answer} named={named} />
        </Section>
      )}
    </>
  );
}

/** Roles are given by hand: browsers forget them where rows become cards. */
function Parts({ answer, named }: { answer: OverlapAnswer; named: Named }) {
  return (
    <table className={table.table} role="table" aria-label="In common">
      <TableHead
        columns={["Who", "People", "Share of everyone"]}
        numbers={["People", "Share of everyone"]}
        hasActions
      />
      <tbody>
        {partsOf(answer, named).map(({ text, people, start }) => (
          <tr key={text} role="row">
            <td role="cell" className="isolated">
              {text}
            </td>
            <td role="cell" data-label="People" data-number>
              {formatNumber(people)}
            </td>
            <td role="cell" data-label="Share of everyone" data-number>
              {formatShare(people, answer.population)}
            </td>
            <td role="cell">
              <div className={table.buttons}>
                <ButtonLink
                  to="/segments/new"
                  search={start}
                  variant="default"
                  size="compact-sm"
                  leftSection={<IconPlus size={16} />}
                  aria-label={`Make a segment: ${text}`}
                >
                  Make a segment
                </ButtonLink>
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
