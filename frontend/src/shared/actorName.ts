const KIND = /^(?:token|jwt):/;

/** Who did something, as people know them: `token:newsletter` is the bearer of the token of that name. */
export function actorName(actor: string): string {
  return actor.replace(KIND, "");
}
