// Everything around the screens. Someone whose session ends signs in on top of the screen, which keeps what they typed.
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

// Most come with a token, and need neither.
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
  // Whoever signs out on purpose leaves nothing on the screen.
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
