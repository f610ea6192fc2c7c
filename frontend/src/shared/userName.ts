/** A person's name, or the address of somebody without one. */
export function userName(user: { firstName: string | null; lastName: string | null; email: string }): string {
  const name = [user.firstName, user.lastName].filter(Boolean).join(" ").trim();
  return name === "" ? user.email : name;
}
