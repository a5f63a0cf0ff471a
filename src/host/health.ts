/** Whether Entrance can work. A provider that is away, or data that the store could lose, doesn’t make it unready. */
export interface Health {
  /** `not ready` while the store doesn’t answer, or while the local administrator is being made. */
  readonly status: 'ready' | 'not ready' | 'stopping';
  readonly store: {
    readonly status: 'ok' | 'unreachable' | 'unusable';
    /** The time that the store took to answer. */
    readonly milliseconds?: number;
    /** The code of the fault, without an address. */
    readonly cause?: string;
  };
  /** Ways in which the store could lose data. */
  readonly warnings: readonly string[];
  /** Each provider by its ID. */
  readonly providers: Readonly<Record<string, 'ok' | 'unreachable'>>;
}
