import { IconCheck } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Option } from "./missingOptions.ts";
import styles from "./Options.module.css";
import type { useOptions } from "./useOptions.ts";

type Props = ReturnType<typeof useOptions>["list"] & {
  /** The values that are chosen, if several can be. */
  chosen?: string[];
};

/** Options in their groups, above what follows. There is room for them in the element around, beside the input. */
export function OptionList({ id, groups, current, chosen, idOf, onPoint, onChoose }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const isAbove = useIsAbove(place);
  const currentId = current && idOf(current);
  useEffect(() => {
    if (currentId !== undefined) document.getElementById(currentId)?.scrollIntoView({ block: "nearest" });
  }, [currentId]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pressing the button of the mouse only leaves the focus where it is
    <div
      ref={place}
      className={styles.place}
      data-position={isAbove ? "above" : "below"}
      onMouseDown={(event) => event.preventDefault()}
    >
      {groups.length === 0 ? (
        <p className={styles.none} role="status">
          Nothing found
        </p>
      ) : (
        <div id={id} role="listbox" aria-label="Options" aria-multiselectable={chosen !== undefined}>
          {groups.map(([group, options]) => (
            // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be in a listbox
            <div key={group} role="group" aria-label={group === "" ? undefined : group}>
              {group !== "" && (
                <div className={styles.group} aria-hidden="true">
                  {group}
                </div>
              )}
              {options.map((option) => {
                const isChosen = chosen?.includes(option.value) ?? false;
                return (
                  // The keyboard stays in the input, which names the current option.
                  // biome-ignore lint/a11y/useKeyWithClickEvents: see above
                  <div
                    key={option.value}
                    id={idOf(option)}
                    role="option"
                    tabIndex={-1}
                    className={styles.option}
                    data-current={option === current}
                    aria-selected={chosen === undefined ? option === current : isChosen}
                    onPointerMove={() => onPoint(option)}
                    onClick={() => onChoose(option)}
                  >
                    <OptionText option={option} />
                    {isChosen && <IconCheck size={16} aria-hidden />}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
      )}
    </div>
  );
}

function OptionText({ option: { label, help } }: { option: Option }) {
  return (
    <span className={styles.text}>
      <span className="isolated">{label}</span>
      {help !== undefined && (
        <>
          {" "}
          <span className={styles.help}>{help}</span>
        </>
      )}
    </span>
  );
}

/** Whether there is more room above the input than below it, and less below than the list takes. */
function useIsAbove(place: { current: HTMLElement | null }): boolean {
  const [isAbove, setIsAbove] = useState(false);
  useLayoutEffect(() => {
    const list = place.current;
    const around = list?.parentElement?.getBoundingClientRect();
    if (list === null || around === undefined) return;
    const below = window.innerHeight - around.bottom;
    setIsAbove(below < list.offsetHeight && around.top > below);
  }, [place]);
  return isAbove;
}
