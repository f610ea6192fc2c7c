import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { SegmentGroup } from "../api/client.ts";
import { SEGMENT_TABS, type SegmentTab } from "../app/routes.ts";
import styles from "./SegmentPage.module.css";

const TABS = Object.keys(SEGMENT_TABS) as SegmentTab[];

interface Props {
  type: SegmentGroup;
  value: string;
  /** The one that is open. It is in view, also where not all fit. */
  tab: SegmentTab;
}

export function SegmentTabs({ type, value, tab }: Props) {
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    tabs.current?.children[TABS.indexOf(tab)]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [tab]);
  return (
    <nav className={styles.tabs} aria-label="Segment" ref={tabs}>
      {TABS.map((tab) => (
        <Link
          key={tab}
          to="/segments/$type/$value/$tab"
          params={{ type, value, tab }}
          activeOptions={{ includeSearch: false }}
          resetScroll={false}
        >
          {SEGMENT_TABS[tab]}
        </Link>
      ))}
    </nav>
  );
}
