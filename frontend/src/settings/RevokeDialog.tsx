import type { ApiToken } from "../api/client.ts";
import { currentToken } from "../app/session.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { Notice } from "../shared/Notice.tsx";
import { useRevokeToken } from "./mutations.ts";

interface Props {
  token: ApiToken;
  onClose: () => void;
}

export function RevokeDialog({ token, onClose }: Props) {
  const revoking = useRevokeToken(token);
  const isOwn = currentToken()?.startsWith(token.prefix) === true;
  return (
    <Dialog title={`Revoke ${token.name}?`} onClose={onClose}>
      <p>Anyone who uses this token is signed out at their next request. You can't undo this.</p>
      {isOwn && <Notice tone="warning">You are signed in with this token.</Notice>}
      {revoking.error !== null && <ErrorNotice error={revoking.error} neededRole="SUPERADMIN" />}
      <ConfirmButtons
        isDangerous
        isPending={revoking.isPending}
        onCancel={onClose}
        onConfirm={() => revoking.mutate(undefined, { onSuccess: onClose })}
      >
        Revoke token
      </ConfirmButtons>
    </Dialog>
  );
}
