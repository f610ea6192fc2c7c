import type { GetSegmentResult } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { Versions } from "./Versions.tsx";

interface Props {
  segment: GetSegmentResult;
  onClose: () => void;
}

export function VersionsDialog({ segment, onClose }: Props) {
  return (
    <Dialog onClose={onClose} size={640} title={`Versions of ${segment.name}`}>
      <Versions segment={segment} onRestored={onClose} />
    </Dialog>
  );
}
