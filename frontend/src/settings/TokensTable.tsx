import { Button } from "@mantine/core";
import type { ApiToken } from "../api/client.ts";
import { useMinute } from "../shared/minute.ts";
import { StateLabel } from "../shared/StateLabel.tsx";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { TOKEN_STATES, tokenState } from "./tokenState.ts";

interface Props {
  tokens: ApiToken[];
  onRevoke: (token: ApiToken) => void;
}

/** Roles are given by hand: browsers forget them where rows become cards. */
export function TokensTable({ tokens, onRevoke }: Props) {
  const now = useMinute();
  return (
    <table className={table.table} role="table" aria-label="Tokens">
      <TableHead columns={["Name", "Role", "Begins with", "Created", "Expires", "State"]} hasActions />
      <tbody>
        {tokens.map((token) => {
          const { id, name, role, prefix, createdAt, expiresAt } = token;
          const state = tokenState(token, now);
          return (
            <tr key={id} role="row">
              <td role="cell" className="isolated">
                {name}
              </td>
              <td role="cell" data-label="Role">
                {role}
              </td>
              <td role="cell" data-label="Begins with">
                <code>{prefix}</code>
              </td>
              <td role="cell" data-label="Created">
                <Time at={createdAt} as="date" />
              </td>
              <td role="cell" data-label="Expires">
                {expiresAt === null ? <span className="quiet">Never</span> : <Time at={expiresAt} as="date" />}
              </td>
              <td role="cell" data-label="State">
                <StateLabel state={state === "active" ? "active" : "off"}>{TOKEN_STATES[state]}</StateLabel>
              </td>
              <td role="cell">
                {state === "active" && (
                  <div className={table.buttons}>
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={`Revoke ${name}`}
                      onClick={() => onRevoke(token)}
                    >
                      Revoke…
                    </Button>
                  </div>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
