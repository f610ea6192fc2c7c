import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { Choice } from "../shared/Choice.tsx";
import panel from "../shared/Panel.module.css";
import { setIsUtc, useIsUtc, zoneName } from "../shared/zone.ts";
import styles from "./Settings.module.css";

const SCHEMES: { value: MantineColorScheme; label: string }[] = [
  { value: "auto", label: "System" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

export function AppearancePanel() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isUtc = useIsUtc();
  return (
    <section className={panel.panel} aria-labelledby="appearance">
      <h2 className={panel.title} id="appearance">
        Appearance
      </h2>
      <div className={styles.setting}>
        <span>Theme</span>
        <Choice label="Theme" options={SCHEMES} value={colorScheme} onChange={setColorScheme} />
      </div>
      {zoneName() !== "UTC" && (
        <div className={styles.setting}>
          <span>Times</span>
          <Choice
            label="Times"
            options={[
              { value: "own", label: zoneName() },
              { value: "utc", label: "UTC" },
            ]}
            value={isUtc ? "utc" : "own"}
            onChange={(zone) => setIsUtc(zone === "utc")}
          />
        </div>
      )}
    </section>
  );
}
