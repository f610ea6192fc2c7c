import { ActionIcon, type ActionIconProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import { type AnchorHTMLAttributes, forwardRef } from "react";
import { placed } from "./placed.tsx";

type Props = ActionIconProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ActionIconProps>;

/** An icon that leads to a screen. */
export const ActionIconLink = placed(
  createLink(forwardRef<HTMLAnchorElement, Props>((props, ref) => <ActionIcon component="a" ref={ref} {...props} />)),
  "nothing",
);
