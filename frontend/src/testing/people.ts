import type { FoundUser } from "../api/client.ts";

export const ANNA: FoundUser = {
  id: "42",
  email: "anna@example.org",
  firstName: "Anna",
  lastName: "Smith",
  plan: "PRO",
  createdAt: "2025-01-01T12:00:00Z",
  lastActivityAt: null,
  deletedAt: null,
};

/** Has no name, and was deleted. */
export const BERT: FoundUser = {
  ...ANNA,
  id: "7",
  email: "bert@example.org",
  firstName: null,
  lastName: null,
  deletedAt: "2026-01-01T12:00:00Z",
};
