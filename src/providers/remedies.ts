/** The operator’s remedies for failures that last until a setting is changed. */
export interface Remedies {
  readonly metadata: string;
  /** For a token that no published key verifies. */
  readonly keys: string;
}

/** The remedy for `keys` that holds for every provider. */
export const KEYS_REMEDY =
  'No published key fits the token. If it goes on, see that no outbound proxy answers for jwks_uri with old keys.';
