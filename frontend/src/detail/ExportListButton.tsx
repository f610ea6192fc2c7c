import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useKeptFocus } from "../shared/useKeptFocus.ts";

interface Props {
  exporting: { isPending: boolean; mutate: () => void };
  children: ReactNode;
}

export function ExportListButton({ exporting, children }: Props) {
  const button = useKeptFocus(exporting.isPending);
  return (
    <Button
      ref={button}
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={16} />}
      loading={exporting.isPending}
      onClick={() => exporting.mutate()}
    >
      {children}
    </Button>
  );
}
