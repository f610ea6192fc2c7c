import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { DeclaredAttribute } from "../api/client.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { LoadingRows } from "../shared/LoadingRows.tsx";
import panel from "../shared/Panel.module.css";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { attributesQuery } from "./queries.ts";
import { TYPES } from "./types.ts";

const AttributeDialog = lazy(async () => ({ default: (await import("./AttributeDialog.tsx")).AttributeDialog }));
const ArchiveDialog = lazy(async () => ({ default: (await import("./ArchiveDialog.tsx")).ArchiveDialog }));

type OpenDialog = { kind: "save"; attribute?: DeclaredAttribute } | { kind: "archive"; attribute: DeclaredAttribute };

/** The fields of users that the app declares. */
export function AttributesPanel() {
  const { data, error, refetch } = useQuery(attributesQuery);
  const [dialog, setDialog] = useState<OpenDialog>();
  const close = () => setDialog(undefined);
  return (
    <section className={panel.panel} aria-labelledby="attributes">
      <div className={panel.head}>
        <h2 className={panel.title} id="attributes">
          Attributes
        </h2>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={16} />}
          onClick={() => setDialog({ kind: "save" })}
        >
          Declare attribute…
        </Button>
      </div>
      <p className={panel.words}>
        Fields of users that your app adds. Once declared, your app sends values, and conditions can test them.
      </p>
      {error !== null && data === undefined && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <LoadingRows of="attributes" />}
      {data !== undefined && data.attributes.length > 0 && (
        <Attributes attributes={data.attributes} onOpen={setDialog} />
      )}
      {data?.attributes.length === 0 && <p className={panel.words}>No attributes yet.</p>}
      <Suspense>
        {dialog?.kind === "save" && <AttributeDialog attribute={dialog.attribute} onClose={close} />}
        {dialog?.kind === "archive" && <ArchiveDialog attribute={dialog.attribute} onClose={close} />}
      </Suspense>
    </section>
  );
}

interface TableProps {
  attributes: DeclaredAttribute[];
  onOpen: (dialog: OpenDialog) => void;
}

/** Roles are given by hand: browsers forget them where rows become cards. */
function Attributes({ attributes, onOpen }: TableProps) {
  return (
    <table className={table.table} role="table" aria-label="Attributes">
      <TableHead columns={["Name", "Key", "Type", "Allowed values", "Personal"]} hasActions />
      <tbody>
        {attributes.map((attribute) => (
          <tr key={attribute.key} role="row">
            <td role="cell" className="isolated">
              {attribute.label}
            </td>
            <td role="cell" data-label="Key">
              {attribute.key}
            </td>
            <td role="cell" data-label="Type">
              {TYPES[attribute.type]}
            </td>
            <td role="cell" data-label="Allowed values" className="isolated">
              {attribute.options.length === 0 ? <span className="quiet">Any</span> : attribute.options.join(", ")}
            </td>
            <td role="cell" data-label="Personal">
              {attribute.personal ? "Yes" : "No"}
            </td>
            <td role="cell">
              <div className={table.buttons}>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={`Edit ${attribute.label}`}
                  onClick={() => onOpen({ kind: "save", attribute })}
                >
                  Edit…
                </Button>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={`Archive ${attribute.label}`}
                  onClick={() => onOpen({ kind: "archive", attribute })}
                >
                  Archive…
                </Button>
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
