import { screen } from "@testing-library/react";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { showPage } from "../../testing/page.tsx";
import { EditorHeader } from "./EditorHeader.tsx";

function Header() {
  const [isChanged, setIsChanged] = useState(false);
  const rest = { isEdit: true, isSaving: false, canUndo: true, canRedo: false, onRedo: vi.fn(), onSave: vi.fn() };
  return <EditorHeader {...rest} isChanged={isChanged} onUndo={() => setIsChanged(!isChanged)} />;
}

test("beside the buttons stands whether something is not saved", async () => {
  const { user } = showPage(Header, "/segments/new", () => ({}), "/segments/new");
  const undo = await screen.findByRole("button", { name: "Undo" });
  expect(screen.queryByText("Unsaved changes")).toBeNull();
  await user.click(undo);
  screen.getByText("Unsaved changes");
  await user.click(undo);
  expect(screen.queryByText("Unsaved changes")).toBeNull();
});
