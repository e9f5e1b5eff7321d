/** What a command resolves to: 0 done, 1 failed, 2 called wrongly, 3 something was found. */
export type ExitCode = 0 | 1 | 2 | 3;
