/** What every input of a value has. */
export interface InputProps {
  "aria-label": string;
  /** Whether a fault of it is said below. */
  error: boolean;
  value: string;
  onChange: (value: string) => void;
}
