import { MantineProvider } from "@mantine/core";
import { render } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatDateTime } from "../../shared/format.ts";
import { FIELDS } from "../../testing/fields.ts";
import { ValueInput } from "./ValueInput.tsx";

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-03-10T12:00:00Z"), toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const AT = formatDateTime("2026-03-03T12:00:00Z");

test.each([
  [false, "within_last", `currently since ${AT}`],
  [false, "not_within_last", `currently before ${AT}`],
  [true, "within_last", `currently since ${AT}`],
  [true, "not_within_last", `currently before ${AT}, or not set`],
])("of a field that may be unset (%s), %s 7 days means %s", (nullable, name, hint) => {
  const field = FIELDS.fields.find((field) => field.name === "createdAt");
  const operator = field?.operators.find((operator) => operator.name === name);
  if (field === undefined || operator === undefined) throw new Error("not in the catalogue");
  const { container } = render(
    <MantineProvider env="test">
      <ValueInput
        id="n1"
        field={{ ...field, nullable }}
        operator={operator}
        value="7d"
        segments={[]}
        zone="UTC"
        textCharacters={256}
        currency=""
        isFaulty={false}
        onChange={() => undefined}
      />
    </MantineProvider>,
  );
  expect(container.textContent).toContain(hint);
});
