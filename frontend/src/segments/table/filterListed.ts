// Which segments a search and the filters leave.
import type { ListSearch } from "../../app/routes.ts";
import { listOf } from "../../shared/lists.ts";
import { normalize } from "../../shared/normalize.ts";
import { groupStyle } from "../groupStyle.ts";
import { type Listed, needsAttention } from "./listed.ts";

type Filters = Pick<ListSearch, "q" | "show" | "type" | "synced" | "tag" | "creator">;

export function filterListed(all: Listed[], { q = "", show = "all", type, synced, tag, creator }: Filters): Listed[] {
  const words = normalize(q).split(/\s+/).filter(Boolean);
  const types = listOf(type);
  return all.filter(
    (item) =>
      isShown(item, show) &&
      (types.length === 0 || types.includes(item.segment.segmentType)) &&
      (synced === undefined || item.segment.sync !== null) &&
      (tag === undefined || item.segment.tags.includes(tag)) &&
      (creator === undefined || item.segment.createdBy === creator) &&
      words.every((word) => textOf(item).includes(word)),
  );
}

function isShown(item: Listed, show: NonNullable<Filters["show"]>): boolean {
  if (show === "all") return true;
  if (show === "attention") return needsAttention(item);
  return item.segment.isActive === (show === "active");
}

const texts = new WeakMap<Listed["segment"], string>();

/** Name, description, type and tags, without regard to case or accents. Each is normalized once, and not with every key. */
function textOf({ segment }: Listed): string {
  const known = texts.get(segment);
  if (known !== undefined) return known;
  const text = normalize(
    [segment.name, segment.description, groupStyle(segment.segmentType).label, ...segment.tags].join("\n"),
  );
  texts.set(segment, text);
  return text;
}
