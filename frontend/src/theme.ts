// Colors and type. Contrast is checked by the browser tests, in light and in dark.
import { createTheme, type MantineColorsTuple } from "@mantine/core";

const indigo: MantineColorsTuple = [
  "#eceefb",
  "#d5d9f5",
  "#b0b8ee",
  "#8a95e6",
  "#6a78dd",
  "#5565d6",
  "#4655c8",
  "#3b49b0",
  "#333f98",
  "#2a3480",
];

/** Of the same blue as the surfaces in base.css. */
const dark: MantineColorsTuple = [
  "#d3d8e1",
  "#b3bac7",
  "#9aa3b2",
  "#747d8c",
  "#353c48",
  "#2b3039",
  "#1f232b",
  "#181b21",
  "#12141a",
  "#0c0e12",
];

export const theme = createTheme({
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontSmoothing: true,
  colors: { indigo, dark },
  primaryColor: "indigo",
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: "md",
  cursorType: "pointer",
  respectReducedMotion: true,
  headings: { fontWeight: "620" },
  components: {
    // Mantine's red has too little contrast for small text.
    InputWrapper: { styles: { error: { color: "var(--bad)" }, description: { color: "var(--ink-2)" } } },
    Menu: { defaultProps: { shadow: "md", position: "bottom-end" } },
  },
});
