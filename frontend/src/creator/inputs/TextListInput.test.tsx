import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { TextListInput } from "./TextListInput.tsx";

function Texts() {
  const [value, setValue] = useState<string[]>([]);
  return (
    <MantineProvider env="test">
      <TextListInput aria-label="Tags" error={false} value={value} textCharacters={256} onChange={setValue} />
      <output>{value.join("|")}</output>
    </MantineProvider>
  );
}

test("texts end with Enter, with a comma, or where the focus leaves, and none is there twice", async () => {
  render(<Texts />);
  const user = userEvent.setup();
  const input = screen.getByRole<HTMLInputElement>("textbox", { name: "Tags" });
  const texts = () => document.querySelector("output")?.textContent;
  await user.type(input, " vip {Enter}{Enter}beta,vip,");
  expect(texts()).toBe("vip|beta");
  await user.paste("one, two ,three");
  expect([texts(), input.value]).toEqual(["vip|beta|one|two", "three"]);
  await user.tab({ shift: true });
  await user.click(document.body);
  expect([texts(), input.value]).toEqual(["vip|beta|one|two|three", ""]);
  await user.click(screen.getByRole("button", { name: "Remove beta" }));
  expect(document.activeElement).toBe(input);
  await user.keyboard("{Backspace}x{Backspace}");
  expect(texts(), "Backspace removes what is typed first").toBe("vip|one|two");
});
