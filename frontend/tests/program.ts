/** Where a program is, by the variable that `cargo xtask test` sets. */
export function program(variable: string): string {
  const path = process.env[variable];
  if (path === undefined) throw new Error(`${variable} is not set: run \`cargo xtask test\``);
  return path;
}
