// The list. It shows segments and the builder by itself.
import type { Client } from "@audience-segmentation/client";
import { lazy } from "react";

const AudienceManager = lazy(async () => ({ default: (await import("./screens.ts")).AudienceManager }));

interface Props {
  client: Client;
  onOpenPerson: (userId: string) => void;
}

export function Audiences({ client, onOpenPerson }: Props) {
  return <AudienceManager client={client} onOpenPerson={onOpenPerson} />;
}
