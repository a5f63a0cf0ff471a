/** A signed-in person, as the handlers of a host app see them. */
export interface User {
  readonly id: string;
  /** Undefined while the address isn’t confirmed by the identity provider. Identify people by `id`. */
  readonly email: string | undefined;
  readonly fullName: string;
  readonly roles: readonly string[];
}
