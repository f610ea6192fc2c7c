// The way to a person.
import { Button, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import styles from "./People.module.css";

export function PeoplePage() {
  useDocumentTitle("People");
  const navigate = useNavigate();
  const [id, setId] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  function open(event: FormEvent) {
    event.preventDefault();
    const entered = id.trim();
    setIsMissing(entered === "");
    if (entered !== "") void navigate({ to: "/people/$id", params: { id: entered } });
  }
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <PageTitle>People</PageTitle>
          <p className={page.subtitle}>Which segments somebody is in, and why.</p>
        </div>
      </header>
      <section className={panel.panel} aria-label="Find a person">
        <form className={styles.find} onSubmit={open} noValidate>
          <TextInput
            label="User ID"
            description="As your app knows them. To search by name or email, open the members of a segment."
            value={id}
            maxLength={256}
            error={isMissing ? "Enter a user ID." : undefined}
            onChange={(event) => setId(event.currentTarget.value)}
            autoComplete="off"
          />
          <Button type="submit">Open</Button>
        </form>
      </section>
    </div>
  );
}
