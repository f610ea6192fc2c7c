// Providers, and the choice between sign-in and screens. After a session ends, sign-in opens above the screen, which keeps
// its state.
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { Announcer } from "../shared/Announcer.tsx";
import { Toaster } from "../shared/Toaster.tsx";
import { theme } from "../theme.ts";
import { queryClient } from "./api.ts";
import { router } from "./router.tsx";
import { useSession } from "./session.ts";

// Loaded on demand: most users arrive with a token.
const SignInPage = lazy(async () => ({ default: (await import("./SignIn.tsx")).SignInPage }));
const SignInAgain = lazy(async () => ({ default: (await import("./SignIn.tsx")).SignInAgain }));

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queryClient}>
        <Suspense>
          <Screens />
        </Suspense>
        <Toaster />
        <Announcer />
      </QueryClientProvider>
    </MantineProvider>
  );
}

function Screens() {
  const { token, endReason: endedBecause } = useSession();
  const [wasSignedIn, setWasSignedIn] = useState(token !== undefined);
  if (token !== undefined && !wasSignedIn) setWasSignedIn(true);
  // An explicit sign-out clears the screen; an ended session keeps it behind the dialog.
  const isSignedOut = token === undefined && endedBecause === undefined;
  if (isSignedOut && wasSignedIn) setWasSignedIn(false);
  if (!wasSignedIn || isSignedOut) return <SignInPage reason={endedBecause} />;
  return (
    <>
      <RouterProvider router={router} />
      <Suspense>{token === undefined && <SignInAgain reason={endedBecause} />}</Suspense>
    </>
  );
}
