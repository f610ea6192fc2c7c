// What the server says is wrong, at the field that it is about.
import { faultsOf } from "../../shared/errorMessages.ts";
import { capitalize } from "../../shared/format.ts";

/** What is wrong with a param or a part of it, in a sentence. Nothing if it is fine. */
export function faultAt(error: unknown, param: string): string | undefined {
  const found = faultsOf(error).filter(({ path }) => isOf(path, param));
  return found.length === 0 ? undefined : `${found.map(({ message }) => capitalize(message)).join(". ")}.`;
}

/** Whether these params are all that anything is wrong with. */
export function isAllAt(error: unknown, params: string[]): boolean {
  const faults = faultsOf(error);
  return faults.length > 0 && faults.every(({ path }) => params.some((param) => isOf(path, param)));
}

function isOf(path: string, param: string): boolean {
  return path === param || path.startsWith(`${param}.`) || path.startsWith(`${param}[`);
}
