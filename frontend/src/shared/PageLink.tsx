import { Link } from "@tanstack/react-router";
import { placed } from "./placed.tsx";

/** A link in a text. */
export const PageLink = placed(Link, "words");
