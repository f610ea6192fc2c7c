import type { SegmentKey } from "../detail/queries.ts";

/** The id of a segment, such as `plan:pro`. */
export const idOf = ({ segmentType, segmentValue }: SegmentKey) => `${segmentType}:${segmentValue}`;

/** The key alone, as the API takes it, of something that has more. */
export const keyIn = ({ segmentType, segmentValue }: SegmentKey): SegmentKey => ({ segmentType, segmentValue });
