// What the components of the entry `/console` take. The types of the package are made from this file, which imports only the client.
import type { Client, SegmentGroup } from "../api/client.ts";

/** Light, dark, or as the reader's system is. */
export type ColorScheme = "light" | "dark" | "auto";

/** What each of the screens takes. */
export interface ScreenProps {
  /** Calls the API, with the token and the address it was made with. Make it once: with another one, everything is asked anew. */
  client: Client;
  /** `auto` if it is missing. */
  colorScheme?: ColorScheme | undefined;
  /** Shows a person. If it is missing, names of people are no links, but for `consoleUrl`. */
  onOpenPerson?: ((userId: string) => void) | undefined;
  /**
   * Where `rpc-server` serves the console, such as `https://audience.example.com`. What leads to its other pages opens them there,
   * in a new tab. If it is missing, nothing leads to them.
   */
  consoleUrl?: string | undefined;
}

/** What {@link AudienceManager} takes. */
export interface AudienceManagerProps extends ScreenProps {}

/** What {@link SegmentDetailModal} takes. */
export interface SegmentDetailModalProps extends ScreenProps {
  segmentType: SegmentGroup;
  segmentValue: string;
  /** Takes the component away. */
  onClose: () => void;
  /** Shows the creator with a custom segment. If it is missing, there is no button for it. */
  onEdit?: ((segmentValue: string) => void) | undefined;
}

/** What {@link CustomSegmentCreator} takes. */
export interface CustomSegmentCreatorProps extends ScreenProps {
  /** The custom segment to edit. A new one if it is missing. */
  segmentValue?: string | undefined;
  onSaved: (segmentValue: string) => void;
  onCancel: () => void;
}
