import type { ApiToken } from "../api/client.ts";

export type TokenState = "active" | "expired" | "revoked";

export const TOKEN_STATES: Record<TokenState, string> = { active: "Active", expired: "Expired", revoked: "Revoked" };

export function tokenState({ expiresAt, revokedAt }: ApiToken, now: number): TokenState {
  if (revokedAt !== null) return "revoked";
  return expiresAt !== null && Date.parse(expiresAt) <= now ? "expired" : "active";
}
