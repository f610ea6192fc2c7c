// The screens and their styles, which are loaded when the first of them is shown.
import "@audience-segmentation/client/console.css";

export { AudienceManager, CustomSegmentCreator, SegmentDetailModal } from "@audience-segmentation/client/console";
