// A token, typed or pasted. Whether it is valid is asked before anything else is shown.
import "@mantine/core/styles/PasswordInput.css";
import { Button, PasswordInput, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { createClient, RpcError } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { errorMessage } from "../shared/errorMessages.ts";
import { queryClient } from "./api.ts";
import { Logo } from "./Logo.tsx";
import styles from "./SignIn.module.css";
import { signIn } from "./session.ts";

interface Props {
  reason: string | undefined;
}

export function SignInPage({ reason: because }: Props) {
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Logo size={40} />
        <h1 className={styles.title}>Audience</h1>
        <SignInForm reason={because} />
      </div>
    </main>
  );
}

/** On top of a screen, whose content stays as it is. */
export function SignInAgain({ reason: because }: Props) {
  return (
    <Dialog title="Sign in again">
      <Text size="sm" className="quiet" mb="sm">
        Your work is safe. Sign in to continue.
      </Text>
      <SignInForm reason={because} />
    </Dialog>
  );
}

function SignInForm({ reason: because }: Props) {
  const [token, setToken] = useState("");
  const [isAsking, setIsAsking] = useState(false);
  const [fault, setFault] = useState(because);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const given = token.trim();
    if (given === "") return setFault("Paste a token first.");
    setIsAsking(true);
    const refusal = await signInError(given);
    setIsAsking(false);
    if (refusal !== undefined) return setFault(refusal);
    signIn(given);
    await queryClient.invalidateQueries();
  }

  return (
    <form onSubmit={submit} className={styles.form} noValidate>
      <PasswordInput
        label="Token"
        description="Paste the access token you were given."
        leftSection={<IconKey size={16} aria-hidden />}
        value={token}
        onChange={(event) => setToken(event.currentTarget.value)}
        error={fault}
        autoComplete="off"
        data-autofocus
        autoFocus
        visibilityToggleButtonProps={{ "aria-label": "Show token" }}
      />
      <Button type="submit" loading={isAsking} fullWidth>
        Sign in
      </Button>
      <Text size="xs" className="quiet">
        The token stays in this tab until you close it.
      </Text>
    </form>
  );
}

/** Why the server does not take a token, if it does not. */
async function signInError(token: string): Promise<string | undefined> {
  try {
    await createClient({ url: "/rpc", token }).call("adminAudience.getFields", {});
    return undefined;
  } catch (error) {
    if (error instanceof RpcError && error.is("NotAuthenticated")) return "This token isn't valid.";
    const { title, text } = errorMessage(error);
    return `${title}. ${text}`;
  }
}
