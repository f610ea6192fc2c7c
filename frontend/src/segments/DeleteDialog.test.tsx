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

test("segments that prevent the deletion are links, and the advice to archive is for active ones", async () => {
  answering(() => {
    throw { code: -32_049, message: "used", data: { usedBy: [{ id: "custom:2", name: "Outer" }] } };
  });
  const Page = () => <DeleteDialog segment={{ ...SEGMENT, isActive: false }} onClose={() => undefined} />;
  const { user } = showPage(Page, "/", () => ({}), "/");
  await user.click(await screen.findByRole("button", { name: "Delete segment" }));
  const link = await screen.findByRole("link", { name: "Outer" });
  expect(link.getAttribute("href")).toBe("/segments/custom/2");
  expect(screen.queryByText(/archive it/)).toBeNull();
});
