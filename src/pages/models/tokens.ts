import type { Badge, Moment, Option } from '../parts.js';

export interface TokensModel {
  /** "3 tokens". */
  readonly count?: string | undefined;
  readonly tokens: readonly {
    readonly name: string;
    readonly scopes: string;
    readonly status: Badge;
    /** The name of the token that made this one; both end together. */
    readonly madeBy?: string | undefined;
    readonly expires: Moment;
    readonly lastUsed?: Moment | undefined;
    readonly rotateHref: string;
    readonly revokeHref: string;
  }[];
  /**
   * A form with `name`, `scopes` and `expires_in_days`. After a mistake it shows the sent values, and the message of
   * each field.
   */
  readonly create: {
    readonly action: string;
    readonly name?: string;
    readonly scopes: readonly {
      readonly value: string;
      readonly label: string;
      readonly checked?: boolean;
    }[];
    readonly lifetimes: readonly Option[];
    readonly problems?: Readonly<Record<string, string>>;
  };
}

export interface TokenModel {
  readonly heading: string;
  readonly secret: string;
  readonly expires: Moment;
  readonly backHref: string;
}
