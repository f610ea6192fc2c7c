import { Button } from "@mantine/core";
import { IconFolderPlus, IconPlus } from "@tabler/icons-react";
import { Fragment, memo } from "react";
import { Choice } from "../../shared/Choice.tsx";
import { useBuilder } from "./builderContext.ts";
import { ConditionEditor } from "./ConditionEditor.tsx";
import { FieldFinder } from "./FieldFinder.tsx";
import styles from "./GroupEditor.module.css";
import { GroupMenu } from "./GroupMenu.tsx";
import { NodeActions } from "./NodeActions.tsx";
import { NodeCount, NodeMessages, type SoFar } from "./NodeMessages.tsx";
import { type SetNode, updateNode } from "./tree.ts";
import { useDrop } from "./useDrop.ts";

interface Props {
  set: SetNode;
  /** Shown in labels: `2.1` for `Group 2.1`, empty for the root. */
  position: string;
  isFirst?: boolean;
  isLast?: boolean;
  /** In the group around it. */
  soFar?: SoFar | undefined;
}

/** A group of conditions and groups, and how they combine. */
export const GroupEditor = memo(function GroupEditor(props: Props) {
  const { set, position: place, isFirst = true, isLast = true, soFar } = props;
  const { addCondition, addSet } = useBuilder();
  const change = useChange(set);
  const isRoot = place === "";
  const drop = useDrop(set.id);
  const label = isRoot ? "Definition" : `Group ${place}`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would force its legend's layout
    <div
      role="group"
      aria-label={label}
      aria-describedby={set.not ? `meaning-${set.id}` : undefined}
      className={styles.group}
      data-root={isRoot}
      data-excludes={set.not}
      data-node={set.id}
      {...(isRoot ? {} : drop)}
    >
      <div className={styles.head}>
        <CombinationControls set={set} label={label} />
        <span className={styles.end}>
          <NodeCount id={set.id} soFar={soFar} />
          <GroupMenu label={label} isExcluding={set.not} onExclude={(not) => change({ not })} />
          {!isRoot && <NodeActions node={set} label={label} isFirst={isFirst} isLast={isLast} canWrap={false} />}
        </span>
      </div>
      <NodeMessages id={set.id} />
      <div className={styles.items}>
        {set.items.map((item, index) => {
          const here = isRoot ? `${index + 1}` : `${place}.${index + 1}`;
          const isLastItem = index === set.items.length - 1;
          const [first, last] = [isRoot && index === 0, isRoot && isLastItem];
          const soFar = soFarIn(set, isLastItem);
          return (
            <Fragment key={item.id}>
              {index > 0 && <Word set={set} label={label} />}
              {item.kind === "set" ? (
                <GroupEditor set={item} position={here} isFirst={first} isLast={last} soFar={soFar} />
              ) : (
                <ConditionEditor node={item} position={here} isFirst={first} isLast={last} soFar={soFar} />
              )}
            </Fragment>
          );
        })}
        {set.items.length === 0 && <p className={styles.empty}>This group is empty. Add a condition.</p>}
      </div>
      <div className={styles.add}>
        <Button
          id={`add-${set.id}`}
          variant="light"
          size="compact-sm"
          h={30}
          aria-label={`Add condition to ${label}`}
          leftSection={<IconPlus size={16} />}
          onClick={() => addCondition(set.id)}
        >
          Condition
        </Button>
        <Button
          variant="subtle"
          size="compact-sm"
          h={30}
          aria-label={`Add group to ${label}`}
          leftSection={<IconFolderPlus size={16} />}
          onClick={() => addSet(set.id)}
        >
          Group
        </Button>
        <FieldFinder set={set.id} label={label} />
      </div>
    </div>
  );
});

/** Between two conditions: how they combine, switched where one reads it. */
function Word({ set, label }: { set: SetNode; label: string }) {
  const change = useChange(set);
  const isAnd = set.combineWith === "AND";
  const [word, other] = isAnd ? ["and", "or"] : ["or", "and"];
  return (
    <button
      type="button"
      className={styles.word}
      title={`Switch to “${other}”`}
      aria-label={`${word}: switch ${label} to ${other}`}
      onClick={() => change({ combineWith: isAnd ? "OR" : "AND" })}
    >
      {word}
    </button>
  );
}

function useChange(set: SetNode) {
  const { changeRoot } = useBuilder();
  return (next: Partial<SetNode>) =>
    changeRoot((root) => updateNode<SetNode>(root, set.id, (before) => ({ ...before, ...next })));
}

function CombinationControls({ set, label }: { set: SetNode; label: string }) {
  const change = useChange(set);
  return (
    <span className={styles.combination}>
      {set.not && <span className={styles.excludes}>Exclude</span>}
      <Choice
        isSmall
        label={`How the conditions of ${label} combine`}
        options={[
          { value: "AND", label: "Match all" },
          { value: "OR", label: "Match any" },
        ]}
        value={set.combineWith}
        onChange={(combineWith) => change({ combineWith })}
      />
      <span id={`meaning-${set.id}`} className={styles.meaning}>
        {meaning(set)}
      </span>
    </span>
  );
}

function soFarIn({ combineWith, not }: SetNode, isLast: boolean): SoFar | undefined {
  if (combineWith === "OR") return undefined;
  if (!not) return "remain";
  // Only who matches all of them is left out.
  return isLast ? "left out" : "match so far";
}

function meaning({ combineWith, not }: SetNode): string {
  if (combineWith === "AND") return not ? "leaves out people who match all of these" : "all of these must be true";
  return not ? "leaves out people who match any of these" : "at least one of these must be true";
}
