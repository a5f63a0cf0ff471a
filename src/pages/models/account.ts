import type { WayIn } from '../parts.js';

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
}
