// The screens in a page of another app.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { StrictMode } from "react";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { AUDIENCE_KEY } from "../api/react.ts";
import { answeringClient } from "../testing/embedded.ts";
import { AudienceManager, CustomSegmentCreator, SegmentDetailModal, type SegmentDetailModalProps } from "./console.tsx";

const address = () => window.location.href;
const found = (selector: string) => document.querySelectorAll(selector);

// What the screens load when they need it, so that no test waits for it on a busy machine.
beforeAll(async () => {
  await import("../segments/table/SegmentTable.tsx");
  await import("../detail/SegmentDetailModal.tsx");
  await import("../creator/CustomSegmentCreator.tsx");
}, 120_000);
beforeEach(() => {
  document.title = "Emails of the app";
});
afterEach(() => sessionStorage.clear());

test("the creator takes the place of the list, and neither the address nor the title changes", async () => {
  const before = address();
  const user = userEvent.setup();
  render(<AudienceManager client={answeringClient().client} />, { wrapper: StrictMode });
  await user.click(await screen.findByRole("link", { name: "New custom segment" }));
  await screen.findByRole("heading", { name: "New segment" });
  expect(screen.queryByRole("heading", { name: "Segments" })).toBeNull();
  await user.click(screen.getByRole("link", { name: "Cancel" }));
  await screen.findByRole("heading", { name: "Segments" });
  expect(address()).toBe(before);
  expect(document.title).toBe("Emails of the app");
});

test("the list leaves the focus to the app, and takes it when one comes back to it", async () => {
  const user = userEvent.setup();
  render(
    <>
      <input aria-label="Of the app" />
      <AudienceManager client={answeringClient().client} />
    </>,
  );
  const input = screen.getByLabelText("Of the app");
  input.focus();
  await screen.findByRole("heading", { name: "Segments" });
  expect(document.activeElement).toBe(input);
  await user.click(await screen.findByRole("link", { name: "New custom segment" }));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("heading", { name: "New segment" })));
});

test("two on one page ask the clients they were given, have no id in common, and say a thing once", async () => {
  const [one, other] = [answeringClient(), answeringClient()];
  const user = userEvent.setup();
  render(
    <>
      <div data-testid="one">
        <AudienceManager client={one.client} />
      </div>
      <div data-testid="other">
        <AudienceManager client={other.client} />
      </div>
    </>,
  );
  await waitFor(() => expect(screen.getAllByRole("row", { name: "Pro Users" })).toHaveLength(2));
  const ids = [...found("[id]")].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(screen.getAllByRole("region", { name: "Notifications" })).toHaveLength(1);
  await user.click(within(screen.getByTestId("other")).getByRole("button", { name: "Star Pro Users" }));
  expect(one.calls).not.toContain("setSegmentStar");
  expect(other.calls).toContain("setSegmentStar");
});

test("two on one page have a selection each, which outlives a look at a segment", async () => {
  const { client } = answeringClient();
  const user = userEvent.setup();
  render(
    ["one", "other"].map((name) => (
      <section key={name} aria-label={name} children={<AudienceManager client={client} />} />
    )),
  );
  const within1 = within(screen.getByRole("region", { name: "one" }));
  const within2 = within(screen.getByRole("region", { name: "other" }));
  const isSelected = (place: typeof within1) => place.getByLabelText<HTMLInputElement>("Select Pro Users").checked;
  await user.click(await within2.findByLabelText("Select Pro Users"));
  expect([isSelected(within1), isSelected(within2)]).toEqual([false, true]);
  expect(within1.queryByRole("region", { name: "Selected segments" })).toBeNull();
  await user.click(within2.getByRole("link", { name: "New custom segment" }));
  await user.click(await within2.findByRole("link", { name: "Cancel" }));
  await within2.findByLabelText("Select Pro Users");
  expect([isSelected(within1), isSelected(within2)]).toEqual([false, true]);
  await user.click(within1.getByLabelText("Select all segments listed"));
  await user.click(within2.getByRole("button", { name: "Clear selection" }));
  expect([isSelected(within1), isSelected(within2)]).toEqual([true, false]);
});

test("two creators on one page keep a draft each, and one alone has it back", async () => {
  const { client } = answeringClient();
  const user = userEvent.setup();
  const creator = (name: string) => (
    <section key={name} aria-label={name}>
      <CustomSegmentCreator client={client} onSaved={vi.fn()} onCancel={vi.fn()} />
    </section>
  );
  const nameIn = (place: string) =>
    within(screen.getByRole("region", { name: place })).findByRole<HTMLInputElement>("textbox", { name: "Name" });
  const names = async () => [(await nameIn("one")).value, (await nameIn("other")).value];
  const both = <StrictMode>{["one", "other"].map(creator)}</StrictMode>;

  const first = render(both);
  await user.type(await nameIn("one"), "Newcomers");
  await user.type(await nameIn("other"), "Regulars");
  first.unmount();
  const again = render(both);
  expect(await names()).toEqual(["Newcomers", "Regulars"]);
  await user.click(within(screen.getByRole("region", { name: "other" })).getByRole("button", { name: "Discard" }));
  await waitFor(async () => expect(await names()).toEqual(["Newcomers", ""]));
  again.unmount();
  render(creator("one"));
  expect((await nameIn("one")).value).toBe("Newcomers");
});

test("a change makes the app ask anew for what it has asked with the hooks, and for nothing else", async () => {
  const queries = new QueryClient();
  queries.setQueryData([...AUDIENCE_KEY, "adminAudience.getSegments"], {});
  queries.setQueryData(["orders"], {});
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={queries}>
      <AudienceManager client={answeringClient().client} />
    </QueryClientProvider>,
  );
  await user.click(await screen.findByRole("button", { name: "Star Pro Users" }));
  const outdated = () => queries.getQueryCache().findAll({ predicate: ({ state }) => state.isInvalidated });
  await waitFor(() => expect(outdated().map(({ queryKey }) => queryKey[0])).toEqual(["audience"]));
  expect(queries.getQueryCache().getAll(), "and has no other queries").toHaveLength(2);
});

test("everything is gone with the component", async () => {
  const { unmount } = render(<AudienceManager client={answeringClient().client} />, { wrapper: StrictMode });
  await screen.findByRole("row", { name: "Pro Users" });
  expect(found("[data-audience-console=page]")).toHaveLength(1);
  expect(found("[data-audience-console=layer]")).toHaveLength(1);
  unmount();
  expect(found("[data-audience-console]")).toHaveLength(0);
  expect(document.documentElement.attributes).toHaveLength(0);
});

test.each(["light", "dark"] as const)("%s by the prop, and nothing of it at the document", async (colorScheme) => {
  const { client } = answeringClient();
  render(<CustomSegmentCreator client={client} colorScheme={colorScheme} onSaved={vi.fn()} onCancel={vi.fn()} />);
  await screen.findByRole("heading", { name: "New segment" });
  const schemes = [...found("[data-audience-console]")].map((one) => one.getAttribute("data-mantine-color-scheme"));
  expect(schemes).toEqual([colorScheme, colorScheme]);
  expect(document.documentElement.hasAttribute("data-mantine-color-scheme")).toBe(false);
  expect(localStorage).toHaveLength(0);
});

test("a segment alone is closed and edited by the app", async () => {
  const [onClose, onEdit] = [vi.fn(), vi.fn()];
  const user = userEvent.setup();
  const { client } = answeringClient();
  const show = (edit?: typeof onEdit) => (
    <SegmentDetailModal client={client} segmentType="custom" segmentValue="9" onClose={onClose} onEdit={edit} />
  );
  const { unmount } = render(show(onEdit));
  const dialog = await screen.findByRole("dialog", { name: "Beginners" });
  await user.click(await within(dialog).findByRole("link", { name: "Edit" }));
  expect(onEdit.mock.calls).toEqual([["9"]]);
  await user.click(within(dialog).getByRole("button", { name: "Close" }));
  await waitFor(() => expect(onClose).toHaveBeenCalledOnce());
  unmount();

  render(show());
  const again = await screen.findByRole("dialog", { name: "Beginners" });
  await within(again).findByRole("button", { name: "Export" });
  expect(within(again).queryByRole("link")).toBeNull();
  expect(found("[data-audience-console=page][hidden]"), "takes no room in the page").toHaveLength(1);
});

test("what is elsewhere opens at the console's address, in a tab of its own", async () => {
  const { client } = answeringClient();
  render(
    <SegmentDetailModal
      client={client}
      segmentType="custom"
      segmentValue="9"
      consoleUrl="https://audience.example.com/"
      onClose={vi.fn()}
    />,
  );
  const page = await screen.findByRole("link", { name: "Open page" });
  expect(page.getAttribute("href")).toBe("https://audience.example.com/segments/custom/9/overview");
  expect(page.getAttribute("target")).toBe("_blank");
});

test("what the app gives later shows at once, and moves nothing", async () => {
  const { client } = answeringClient();
  const show = (given: Partial<SegmentDetailModalProps>) => (
    <SegmentDetailModal client={client} segmentType="custom" segmentValue="9" onClose={() => undefined} {...given} />
  );
  const { rerender } = render(show({}));
  const dialog = await screen.findByRole("dialog", { name: "Beginners" });
  const button = await within(dialog).findByRole("button", { name: "Versions" });
  const link = (name: string) => within(dialog).queryByRole("link", { name });
  button.focus();
  expect([link("Edit"), link("Open page")]).toEqual([null, null]);

  rerender(show({ consoleUrl: "https://old.example.com" }));
  expect(link("Edit")?.getAttribute("href")).toBe("https://old.example.com/segments/9/edit");
  rerender(show({ consoleUrl: "https://audience.example.com" }));
  expect(link("Edit")?.getAttribute("href")).toBe("https://audience.example.com/segments/9/edit");

  const onEdit = vi.fn();
  rerender(show({ consoleUrl: "https://audience.example.com", onEdit }));
  expect(link("Edit")?.getAttribute("href")).toBe("#");
  expect(document.activeElement).toBe(button);
  await userEvent.setup().click(link("Edit") as HTMLElement);
  expect(onEdit.mock.calls).toEqual([["9"]]);
  rerender(show({}));
  expect([link("Edit"), link("Open page")]).toEqual([null, null]);
});

test("an app may make its functions anew each time: what has the focus keeps it", async () => {
  const { client } = answeringClient();
  const user = userEvent.setup();
  const show = (consoleUrl?: string) => (
    <AudienceManager client={client} onOpenPerson={() => undefined} consoleUrl={consoleUrl} />
  );
  const { rerender } = render(show());
  await user.click(await screen.findByRole("link", { name: "New custom segment" }));
  const name = await screen.findByRole("textbox", { name: "Name" });
  await user.type(name, "Newcomers");
  rerender(show());
  rerender(show("https://audience.example.com"));
  expect(document.activeElement).toBe(name);
  expect(screen.getByRole("textbox", { name: "Name" })).toBe(name);
});

test("the creator hands over what it saved", async () => {
  const [onSaved, onCancel] = [vi.fn(), vi.fn()];
  const user = userEvent.setup();
  const { client, calls } = answeringClient();
  render(<CustomSegmentCreator client={client} onSaved={onSaved} onCancel={onCancel} />);
  await user.type(await screen.findByRole("textbox", { name: "Name" }), "Newcomers");
  await user.click(screen.getByRole("button", { name: "Create segment" }));
  await waitFor(() => expect(onSaved.mock.calls).toEqual([["10"]]));
  expect(calls).toContain("createCustomSegment");
  expect(onCancel).not.toHaveBeenCalled();
});

test("the browser asks before the page goes while there are unsaved changes, and not otherwise", async () => {
  const asks = () => {
    const event = new Event("beforeunload", { cancelable: true });
    window.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const user = userEvent.setup();
  const { client } = answeringClient();
  const { unmount } = render(<CustomSegmentCreator client={client} onSaved={vi.fn()} onCancel={vi.fn()} />);
  const name = await screen.findByRole("textbox", { name: "Name" });
  expect(asks()).toBe(false);
  await user.type(name, "Newcomers");
  expect(asks()).toBe(true);
  unmount();
  expect(asks()).toBe(false);
});

test("keys in the app's own fields are the app's", async () => {
  const pressed: KeyboardEvent[] = [];
  const user = userEvent.setup();
  render(
    <>
      <input aria-label="Of the app" />
      <CustomSegmentCreator client={answeringClient().client} onSaved={vi.fn()} onCancel={vi.fn()} />
    </>,
  );
  await screen.findByRole("heading", { name: "New segment" });
  const listen = (event: KeyboardEvent) => event.key === "s" && pressed.push(event);
  window.addEventListener("keydown", listen);
  await user.type(screen.getByLabelText("Of the app"), "{Control>}s{/Control}");
  await user.type(screen.getByRole("textbox", { name: "Name" }), "{Control>}s{/Control}");
  window.removeEventListener("keydown", listen);
  expect(pressed.map(({ defaultPrevented }) => defaultPrevented)).toEqual([false, true]);
});
