import { DEFAULT_SCOPES, scopes } from '../tokens/api-token.js';
import { parseLifetime, parseScopes, tokenName } from '../tokens/tokens.js';
import { UsageError } from './command.js';

export interface TokenOptions {
  readonly name: string | undefined;
  readonly scopes: string | undefined;
  readonly expires: string | undefined;
  readonly json: boolean;
}

/** @throws UsageError that names the option and the values that it takes */
export function parseTokenOptions({ name, scopes: list, expires = '90d' }: TokenOptions) {
  const refuse = (problem: string): never => {
    throw new UsageError(problem, 'token create');
  };
  return {
    name:
      tokenName.safeParse(name ?? '').data ??
      refuse('Give the token a name that says what it is for: --name NAME'),
    scopes:
      list === undefined
        ? DEFAULT_SCOPES
        : (parseScopes(list) ??
          refuse(`--scopes: there are ${scopes.join(', ')}, and “${list}” names another`)),
    expiresInDays:
      parseLifetime(expires) ?? refuse(`--expires: a number of days such as 90d, not “${expires}”`),
  };
}
