import { expect, test } from "vitest";
import { placeFaults } from "./faults.ts";

const paths = new Map([
  ["root", ""],
  ["plan", "criteria[0]"],
  ["group", "criteria[1]"],
  ["level", "criteria[1].criteria[0]"],
  ["tenth", "criteria[10]"],
]);

test.each([
  ["criteria[0].value", "plan"],
  ["criteria[0].value[3]", "plan"],
  ["criteria[1]", "group"],
  ["criteria[1].criteria", "group"],
  ["criteria[1].criteria[0].within", "level"],
  ["criteria[10].operator", "tenth"],
  ["criteria", "root"],
])("a fault at %s stands at the node %s", (path, node) => {
  expect(placeFaults([{ path, message: "wrong" }], paths).ofNodes).toEqual(new Map([[node, ["wrong"]]]));
});

test("faults of the name and of the params as a whole stand beside no node", () => {
  const faults = [
    { path: "name", message: "is blank" },
    { path: "", message: "too large" },
  ];
  const { ofNodes, ofParams } = placeFaults(faults, paths);
  expect(ofNodes.size).toBe(0);
  expect([...ofParams]).toEqual([
    ["name", ["is blank"]],
    ["", ["too large"]],
  ]);
});

test("all faults of a node are kept", () => {
  const faults = ["one", "two"].map((message) => ({ path: "criteria[0].value", message }));
  expect(placeFaults(faults, paths).ofNodes.get("plan")).toEqual(["one", "two"]);
});
