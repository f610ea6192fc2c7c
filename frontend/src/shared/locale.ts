/** English as it is written in the region of a language: `en-DE` for `de` has days before months, 24 hours and 1.000. */
export function localeFor(language: string): string {
  try {
    const { region = "US" } = new Intl.Locale(language).maximize();
    return `en-${region}`;
  } catch {
    return "en-US";
  }
}
