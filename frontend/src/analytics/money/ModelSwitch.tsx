import type { CreditModel, RevenueAnswer } from "../../api/client.ts";
import { Choice } from "../../shared/Choice.tsx";
import styles from "../pieces/Analytics.module.css";
import { Section } from "../pieces/Section.tsx";
import { modelOf } from "./question.ts";
import { MODELS, sumText } from "./words.ts";

interface Props {
  model: string;
  answer: RevenueAnswer | undefined;
  onChange: (model: CreditModel) => void;
}

/** How an amount is divided among several segments, and whether the rows add up then. */
export function ModelSwitch({ model, answer, onChange }: Props) {
  const chosen = modelOf(model);
  return (
    <Section title="How amounts are divided">
      <div>
        <Choice
          label="Model"
          options={(Object.keys(MODELS) as CreditModel[]).map((value) => ({ value, label: MODELS[value].name }))}
          value={chosen}
          onChange={onChange}
        />
      </div>
      <p className={`${styles.small} ${styles.model}`}>
        {MODELS[chosen].text} {answer !== undefined && sumText(answer)}
      </p>
    </Section>
  );
}
