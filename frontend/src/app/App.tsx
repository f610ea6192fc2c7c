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
  const { token, endedBecause } = useSession();
  const [hasBeenIn, setHasBeenIn] = useState(token !== undefined);
  if (token !== undefined && !hasBeenIn) setHasBeenIn(true);
  // Whoever signs out on purpose leaves nothing on the screen.
  const isOut = token === undefined && endedBecause === undefined;
  if (isOut && hasBeenIn) setHasBeenIn(false);
  if (!hasBeenIn || isOut) return <SignInPage because={endedBecause} />;
  return (
    <>
      <RouterProvider router={router} />
      <Suspense>{token === undefined && <SignInAgain because={endedBecause} />}</Suspense>
    </>
  );
}
