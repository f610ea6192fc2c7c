// Finds segments, people and pages by a few letters.
import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useDeferredValue, useEffect, useRef, useState } from "react";
import { useFoundPeople } from "../people/useFoundPeople.ts";
import { groupStyle } from "../segments/groupStyle.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { Dialog } from "../shared/Dialog.tsx";
import styles from "./Palette.module.css";
import { findPlaces, type Place, placesOf, placesOfPeople } from "./places.ts";

/** How many people are listed. */
const MOST_PEOPLE = 5;

interface Props {
  title: string;
  onClose: () => void;
}

export function Palette({ title, onClose }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const people = useFoundPeople(text);
  const places = findPlaces(placesOf(segments), useDeferredValue(text));
  const found = [...places, ...placesOfPeople(people.users.slice(0, MOST_PEOPLE))];
  const isLooking = text.trim() !== "" && people.isBehind;
  const current = Math.min(place, found.length - 1);
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: "nearest" });
  }, [current]);

  function open(chosen: Place | undefined) {
    if (chosen === undefined) return;
    onClose();
    if (chosen.kind === "page") void navigate({ to: chosen.to });
    else if (chosen.kind === "person") void navigate({ to: "/people/$id", params: { id: chosen.user.id } });
    else {
      const { segmentType: type, segmentValue: value } = chosen.segment;
      void navigate({ to: "/segments/$type/$value/$tab", params: { type, value, tab: "overview" } });
    }
  }
  function press(event: KeyboardEvent) {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setPlace((current + step + found.length) % Math.max(found.length, 1));
    else if (event.key === "Enter") open(found[current]);
    else return;
    event.preventDefault();
  }
  return (
    <Dialog title={title} size={560} onClose={onClose}>
      <TextInput
        role="combobox"
        aria-label={title}
        aria-expanded={found.length > 0}
        aria-controls={found.length > 0 ? "places" : undefined}
        aria-activedescendant={found.length === 0 ? undefined : `place-${current}`}
        autoComplete="off"
        maxLength={256}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setPlace(0);
        }}
        onKeyDown={press}
        data-autofocus
      />
      {found.length === 0 ? (
        <p className={styles.none} role="status">
          {isLooking ? "Looking for people…" : "Nothing found."}
        </p>
      ) : (
        <div className={styles.list} id="places" role="listbox" aria-label="Found" ref={list}>
          {found.map((found, at) => (
            // The keyboard stays in the input, which names the current option.
            // biome-ignore lint/a11y/useKeyWithClickEvents: see above
            <div
              key={found.id}
              id={`place-${at}`}
              role="option"
              aria-selected={at === current}
              tabIndex={-1}
              onClick={() => open(found)}
              onPointerMove={() => setPlace(at)}
            >
              <span className="isolated">{found.name}</span>
              <span className="quiet isolated">{kindOf(found)}</span>
            </div>
          ))}
        </div>
      )}
    </Dialog>
  );
}

function kindOf(place: Place): string {
  if (place.kind === "page") return "Page";
  // Many have the same name.
  if (place.kind === "person") return place.user.email === place.name ? place.user.id : place.user.email;
  return groupStyle(place.segment.segmentType).label;
}
