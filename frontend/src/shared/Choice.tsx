import { type ReactNode, useId } from "react";
import styles from "./Choice.module.css";

interface Props<Value extends string> {
  /** What is chosen, for screen readers. */
  label: string;
  options: { value: Value; label: ReactNode }[];
  value: Value;
  isSmall?: boolean;
  className?: string | undefined;
  onChange: (value: Value) => void;
}

/** One of a few, all of which are seen. */
export function Choice<Value extends string>({ label, options, value, isSmall, className, onChange }: Props<Value>) {
  const name = useId();
  return (
    <div className={`${styles.choice} ${className ?? ""}`} data-small={isSmall} role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </div>
  );
}
