/** Gives a CSV to the browser as a file. */
export function download(csv: string, filename: string) {
  const address = URL.createObjectURL(new Blob([csv], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = filename;
  link.click();
  // The browser has taken the file by the next turn of its loop.
  window.setTimeout(() => URL.revokeObjectURL(address), 0);
}
