export { DeleteDialog } from "./DeleteDialog.tsx";
export { EditDialog } from "./EditDialog.tsx";
export { RotateDialog } from "./RotateDialog.tsx";
export { SwitchDialog } from "./SwitchDialog.tsx";
