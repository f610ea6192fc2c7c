import { NativeSelect } from "@mantine/core";
import { memo, useCallback, useContext } from "react";
import { withMissingOptions } from "../../shared/options/missingOptions.ts";
import { ValueInput } from "../inputs/ValueInput.tsx";
import { NodeFeedbackContext, useBuilder } from "./builderContext.ts";
import { type Catalogue, currencyOf, operatorOf, withField, withOperator } from "./catalogue.ts";
import { FieldInput } from "./FieldInput.tsx";
import styles from "./GroupEditor.module.css";
import { KeyInputs } from "./KeyInputs.tsx";
import { NodeActions } from "./NodeActions.tsx";
import { NodeCount, NodeMessages, type SoFar } from "./NodeMessages.tsx";
import { type ConditionNode, updateNode } from "./tree.ts";
import { useDrop } from "./useDrop.ts";
import { isComplete, valueFault } from "./valueFaults.ts";

interface Props {
  node: ConditionNode;
  position: string;
  isFirst: boolean;
  isLast: boolean;
  soFar: SoFar | undefined;
}

/** One test of one field. */
export const ConditionEditor = memo(function ConditionEditor(props: Props) {
  const { node, position: place, isFirst, isLast, soFar } = props;
  const builder = useBuilder();
  const { catalogue, changeRoot } = builder;
  const field = catalogue.fields.get(node.field);
  const operator = operatorOf(catalogue, node.field, node.operator);
  const feedbackOf = useContext(NodeFeedbackContext);
  const typedFault = valueFault(node, catalogue);
  const isFaulty = typedFault !== undefined || feedbackOf(node.id).faults.length > 0;
  const label = `Condition ${place}`;
  const drop = useDrop(node.id);

  const change = useCallback(
    (next: (before: ConditionNode) => ConditionNode, of = "") =>
      changeRoot((root) => updateNode<ConditionNode>(root, node.id, next), of === "" ? "" : `${node.id} ${of}`),
    [changeRoot, node.id],
  );
  const changeValue = useCallback(
    (value: string | string[]) => change((before) => ({ ...before, value }), "value"),
    [change],
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would force its legend's layout
    <div
      role="group"
      aria-label={label}
      aria-describedby={isFaulty ? `messages-${node.id}` : undefined}
      className={styles.condition}
      data-faulty={isFaulty}
      data-node={node.id}
      {...drop}
    >
      <div className={styles.row}>
        <div className={styles.fields}>
          <FieldInput
            id={`field-${node.id}`}
            value={node.field}
            onChange={(name) => change((before) => withField(catalogue, before, name))}
          />
          <NativeSelect
            className={styles.operator ?? ""}
            aria-label="Operator"
            data={toOptions(field?.operators ?? [], node.operator)}
            value={node.operator}
            error={field !== undefined && operator === undefined}
            onChange={({ currentTarget: { value } }) => change((before) => withOperator(catalogue, before, value))}
          />
          {field !== undefined && operator !== undefined && (
            <ValueInput
              id={node.id}
              field={field}
              operator={operator}
              value={node.value}
              segments={builder.segments}
              zone={builder.zone}
              textCharacters={catalogue.limits.textCharacters}
              currency={currencyOf(node)}
              isFaulty={isFaulty}
              onChange={changeValue}
            />
          )}
          {field !== undefined && <KeyInputs node={node} keys={field.keys} change={change} />}
        </div>
        <span className={styles.end}>
          <NodeCount id={node.id} soFar={soFar} />
          <NodeActions node={node} label={label} isFirst={isFirst} isLast={isLast} canWrap />
        </span>
      </div>
      <NodeMessages id={node.id} typedFault={typedFault} plainFault={plainFault(node, catalogue)} />
    </div>
  );
});

/** A plainer message than the server's, for a value that is missing or a field that no longer exists. */
function plainFault(node: ConditionNode, catalogue: Catalogue): string | undefined {
  if (!catalogue.fields.has(node.field)) return "choose another field: this one no longer exists";
  if (operatorOf(catalogue, node.field, node.operator) === undefined) return "choose another operator";
  return isComplete(node, catalogue) ? undefined : "choose a value";
}

/** Operators as options. A definition may name one that the server has no more. */
function toOptions(known: { name: string; label: string }[], chosen: string) {
  return withMissingOptions(
    known.map(({ name, label }) => ({ value: name, label })),
    [chosen],
  );
}
