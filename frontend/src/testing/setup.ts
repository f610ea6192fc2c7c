// What jsdom lacks.
import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";

// A dialog loads its code first, which takes a busy machine far more than the usual second.
configure({ asyncUtilTimeout: 10_000 });

Object.defineProperty(window, "matchMedia", {
  value: (media: string) => ({
    matches: false,
    media,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    addListener: vi.fn(),
    removeListener: vi.fn(),
  }),
});

class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
}
window.ResizeObserver ??= NoObserver;
Object.defineProperty(document, "fonts", { value: new EventTarget() });
// Ids of tests need no escape.
Object.defineProperty(window, "CSS", { value: { escape: (text: string) => text } });
window.HTMLElement.prototype.scrollIntoView = () => undefined;

afterEach(cleanup);
