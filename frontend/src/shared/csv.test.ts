import { expect, test } from "vitest";
import { csvOf } from "./csv.ts";

test("a table is written as the API writes it", () => {
  const rows = [
    ["a,b", 1_000, true],
    ['say "x"\nand y', -7, null],
  ];
  expect(csvOf(["Text", "Number", "Other"], rows)).toBe(
    'Text,Number,Other\r\n"a,b",1000,true\r\n"say ""x""\nand y",-7,\r\n',
  );
});

// The same cells as in the tests of the server's exports.
test.each([
  ["=1+1", "'=1+1"],
  ["+49 30", "'+49 30"],
  ["-x", "'-x"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["  =1", "'  =1"],
  ["\t1", "'\t1"],
  [" \n=1", '"\' \n=1"'],
  ["＝1", "'＝1"],
  ["\ufeff=1", "'\ufeff=1"],
  ["a=1", "a=1"],
  ["O'Neill", "O'Neill"],
  ["'=1", "''=1"],
  ["''=1", "'''=1"],
  ["'t Hooft", "'t Hooft"],
  ["   ", "   "],
])("a spreadsheet does not run %j", (cell, expected) => {
  expect(csvOf(["H"], [[cell]])).toBe(`H\r\n${expected}\r\n`);
});
