/** The sign of the product: two circles of people that overlap. */
export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#4655c8" />
      <circle cx="13" cy="16" r="6.5" fill="none" stroke="#fff" strokeWidth="2.5" />
      <circle cx="19" cy="16" r="6.5" fill="none" stroke="#fff" strokeWidth="2.5" opacity="0.75" />
    </svg>
  );
}
