/** The exit codes of commands, as in sysexits.h. */
export const EXIT = { ok: 0, failed: 1, usage: 64, configuration: 78 } as const;
