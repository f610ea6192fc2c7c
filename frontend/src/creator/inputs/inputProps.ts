/** Props that all value inputs share. */
export interface InputProps {
  "aria-label": string;
  /** Whether a message about it is shown below. */
  error: boolean;
  value: string;
  onChange: (value: string) => void;
}
