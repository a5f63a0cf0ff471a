/** As in sysexits.h, where it has one. */
export const EXIT = { ok: 0, failed: 1, usage: 64, configuration: 78 } as const;
