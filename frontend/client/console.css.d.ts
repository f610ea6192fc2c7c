// Type checkers want one for each file that is imported.
export {};
