import type { Segment } from "../api/client.ts";

/** What the file of a segment is called: by the name of a custom one, where the server has only its id. */
export function exportName(filename: string, { segmentValue, name }: Pick<Segment, "segmentValue" | "name">): string {
  const slug = name
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
  return slug === "" ? filename : filename.replace(`custom-${segmentValue}`, slug);
}
