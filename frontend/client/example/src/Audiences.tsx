import { createClient } from "@audience-segmentation/client";
import { AudienceManager } from "@audience-segmentation/client/console";
import "@audience-segmentation/client/console.css";
import { useState } from "react";

// The server of the app adds the token.
const client = createClient({ url: "/rpc" });

export default function Audiences() {
  const [person, setPerson] = useState<string>();
  return (
    <>
      {person !== undefined && (
        <p role="status">
          The app shows user {person}.{" "}
          <button type="button" onClick={() => setPerson(undefined)}>
            Close
          </button>
        </p>
      )}
      <AudienceManager client={client} onOpenPerson={setPerson} />
    </>
  );
}
