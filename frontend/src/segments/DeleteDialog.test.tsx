import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Toaster } from "../shared/Toaster.tsx";
import { answering, showPage } from "../testing/page.tsx";
import { listedSegment } from "../testing/segments.ts";
import { DeleteDialog } from "./DeleteDialog.tsx";

const SEGMENT = listedSegment("custom:1", { name: "Busy", type: "custom" });

test("the page of a segment is left when it is deleted, and the message stays", async () => {
  const left: string[] = [];
  answering(({ method }) => (method === "getSegments" ? { segments: [] } : { left: 3 }));
  const onDeleted = async () => void left.push("page");
  const Page = () => (
    <>
      <DeleteDialog segment={SEGMENT} onClose={() => left.push("dialog")} onDeleted={onDeleted} />
      <Toaster />
    </>
  );
  const { user } = showPage(Page, "/", () => ({}), "/");
  await user.click(await screen.findByRole("button", { name: "Delete segment" }));
  await screen.findByText("Busy was deleted");
  expect(left).toEqual(["page", "dialog"]);
});
