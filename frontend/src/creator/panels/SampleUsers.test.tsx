import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { SampleUsers } from "./SampleUsers.tsx";

test("a person without a name is shown by the address, once", () => {
  const rest = { lastName: null, plan: "PRO", createdAt: "2026-01-01T00:00:00Z", lastActivityAt: null };
  const named = { id: "1", email: "ann@example.org", firstName: "Ann", ...rest };
  const nameless = { id: "2", email: "bob@example.org", firstName: null, ...rest };
  render(<SampleUsers users={[named, nameless]} />);
  const texts = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(texts).toEqual(["Annann@example.org", "bob@example.org"]);
});
