import { boolean, line, listOf, oneOf } from '../../config/schemas.js';
import type { Setting } from '../../config/setting.js';

const LONGEST_NAME = 255;
const ABSENT_GROUPS = ['unknown', 'none'] as const;
export type AbsentGroups = (typeof ABSENT_GROUPS)[number];

/** The defaults of the settings about claims. */
export interface ClaimPreset {
  /** The beginning of the names of its variables, such as `SSO_AUTHENTIK`. */
  readonly prefix: string;
  /** `groups` if left out. */
  readonly groupsClaim?: string;
  /** True if left out. */
  readonly asksUserInfo?: boolean;
}

export function claimSettings({ prefix, groupsClaim = 'groups', asksUserInfo = true }: ClaimPreset) {
  return {
    groupsClaim: {
      name: `${prefix}_GROUPS_CLAIM`,
      default: groupsClaim,
      example: 'https://acmecorp.com/roles',
      meaning:
        'The claim that holds somebody’s groups or roles, or a list of such claims. Each is read from the ID token or, if it isn’t there, from UserInfo. The name is taken letter by letter: `.` and `/` in it are no path.',
      schema: listOf(line(LONGEST_NAME)),
    } satisfies Setting<readonly string[]>,
    absentGroups: {
      name: `${prefix}_ABSENT_GROUPS`,
      default: 'unknown',
      example: 'none',
      meaning:
        'What it means that such a claim is missing. `unknown`: nobody’s roles and teams are taken away. `none`: the person has no groups, for a provider that leaves an empty claim out.',
      schema: oneOf(ABSENT_GROUPS),
    } satisfies Setting<AbsentGroups>,
    emailClaim: {
      name: `${prefix}_EMAIL_CLAIM`,
      default: 'email',
      example: 'upn',
      meaning:
        'The claim that holds the email address. `email_verified` speaks of the claim `email` alone, so an address from another one counts as unverified without `…_ASSUME_EMAIL_VERIFIED`.',
      schema: line(LONGEST_NAME),
    } satisfies Setting<string>,
    assumeEmailVerified: {
      name: `${prefix}_ASSUME_EMAIL_VERIFIED`,
      default: 'false',
      example: 'true',
      meaning:
        'An address counts as verified though the provider says nothing of that. Only for a provider where nobody can set their own address. `email_verified` counts as true if it is `true` or the text `"true"`; if it is anything else, the address stays unverified.',
      schema: boolean,
    } satisfies Setting<boolean>,
    nameClaim: {
      name: `${prefix}_NAME_CLAIM`,
      default: 'name',
      example: 'display_name',
      meaning: 'The claim that holds somebody’s name.',
      schema: line(LONGEST_NAME),
    } satisfies Setting<string>,
    useUserInfo: {
      name: `${prefix}_USE_USERINFO`,
      default: String(asksUserInfo),
      example: String(!asksUserInfo),
      meaning: 'Ask the UserInfo endpoint for the address and the groups that the ID token doesn’t hold.',
      schema: boolean,
    } satisfies Setting<boolean>,
  };
}
