import { TextInput } from "@mantine/core";
import type { KeyboardEvent, ReactNode } from "react";
import type { FoundUser } from "../api/client.ts";
import { useFoundPeople } from "../people/useFoundPeople.ts";
import { announce } from "../shared/Announcer.tsx";
import { OptionList } from "../shared/options/OptionList.tsx";
import { useOptions } from "../shared/options/useOptions.ts";
import { type Person, personOf } from "../shared/person.ts";
import styles from "./PersonInput.module.css";

/** What is typed, and the person who was chosen for it. */
export interface Entered {
  text: string;
  person?: Person;
}

interface Props {
  entered: Entered;
  error: ReactNode;
  onChange: (entered: Entered) => void;
}

/** Finds somebody by a part of their name or address, or by their ID, which also counts as it is. */
export function PersonInput({ entered: { text, person }, error, onChange }: Props) {
  const wanted = text.trim();
  const isAsking = wanted !== "" && person === undefined;
  const { users, isBehind, hasFailed } = useFoundPeople(wanted, isAsking);
  const { isOpen, begin, close, input, list } = useOptions({
    options: users.map(optionOf),
    hasFirst: true,
    onChoose({ value }) {
      const user = users.find(({ id }) => id === value);
      if (user === undefined) return;
      const chosen = personOf(user);
      onChange({ text: chosen.name, person: chosen });
      close();
      announce(`${chosen.name} chosen`);
    },
  });
  const isListed = isOpen && isAsking && !isBehind && !hasFailed;
  function press(event: KeyboardEvent) {
    // Otherwise a name that was typed fast would be sent as an ID.
    if (event.key === "Enter" && isAsking && isBehind) event.preventDefault();
    else input.onKeyDown(event);
  }
  return (
    <div className={styles.person}>
      <TextInput
        {...input}
        aria-expanded={isListed}
        aria-controls={isListed ? input["aria-controls"] : undefined}
        data-mantine-stop-propagation={isListed || undefined}
        label="Person"
        description={person === undefined ? "Name, email or complete ID." : `ID ${person.id}`}
        value={text}
        maxLength={256}
        error={error}
        onChange={({ currentTarget }) => {
          onChange({ text: currentTarget.value });
          begin();
        }}
        onKeyDown={press}
        autoCapitalize="none"
        data-autofocus
      />
      {isListed && <OptionList {...list} />}
    </div>
  );
}

function optionOf(user: FoundUser) {
  const { id, name } = personOf(user);
  return {
    value: id,
    label: name,
    help: [name === user.email ? "" : user.email, `ID ${id}`].filter(Boolean).join(" · "),
  };
}
