import { Menu, type MenuItemProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import { type AnchorHTMLAttributes, forwardRef } from "react";
import { placed } from "./placed.tsx";

type Props = MenuItemProps & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof MenuItemProps>;

/** An entry of a menu that leads to a screen. */
export const MenuItemLink = placed(
  createLink(forwardRef<HTMLAnchorElement, Props>((props, ref) => <Menu.Item component="a" ref={ref} {...props} />)),
  "nothing",
);
