import type { Badge, Moment, SessionsModel, WayIn } from '../parts.js';

export interface AccountModel {
  readonly name: string;
  readonly email: string;
  /** Present for a local account. */
  readonly password?: string | undefined;
  readonly ways: readonly WayIn[];
  readonly links: readonly {
    readonly name: string;
    readonly action: string;
  }[];
  /** Warns a local administrator that linking removes the password. */
  readonly warning?: string | undefined;
  /** Present if the sign-in is too old to add another way in. */
  readonly signInAgainHref?: string | undefined;
  readonly sessions: SessionsModel;
  /** The API tokens that the person made; present for a person who may make some. */
  readonly tokens?: OwnTokens | undefined;
}

export interface OwnTokens {
  /** The page of all tokens. */
  readonly href: string;
  readonly rows: readonly {
    readonly name: string;
    readonly status: Badge;
    readonly expires: Moment;
  }[];
}
