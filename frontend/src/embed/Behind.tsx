import { Outlet } from "@tanstack/react-router";
import { useReturn } from "../shared/useReturn.ts";

/** In place of the list, where a segment stands alone. The focus returns to what opened it. */
export function Behind() {
  useReturn();
  return <Outlet />;
}
