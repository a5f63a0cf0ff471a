import * as z from 'zod';
import { clientSettings } from '../../config/client-settings.js';
import { commonSettings, revalidateSetting } from '../../config/common-settings.js';
import type { GrantingForm } from '../../config/mapping.js';
import { line, oneOf } from '../../config/schemas.js';
import { scopeSetting } from '../../config/scopes.js';
import type { OptionalSetting, Setting } from '../../config/setting.js';
import { webAddress } from '../../config/web-address.js';
import { hiddenCharacter } from '../../identity/text.js';
import { type ClaimPreset, claimSettings } from './claim-settings.js';
import { authorizationParameters } from './request-schemas.js';

const LONGEST_GROUP = 1_024;

/** Groups as the provider writes them: IDs, names, paths or distinguished names. */
export const groupForm: GrantingForm = {
  parse(text) {
    const value = text.trim();
    if (value === '') return { problem: 'holds an empty group' };
    if (value.length > LONGEST_GROUP)
      return { problem: `holds a group of more than ${LONGEST_GROUP} characters` };
    const hidden = hiddenCharacter(value);
    return hidden === undefined ? { kind: 'group', value } : { problem: `holds a group with ${hidden}` };
  },
  inWords: 'groups',
  examples: ['console-admins', 'engineers'],
};

export const AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const;
export type AuthMethod = (typeof AUTH_METHODS)[number];

/** A provider for which settings are declared, with its defaults. */
export interface Preset extends ClaimPreset {
  readonly id: string;
  /** The name of the provider, if it has no display name. */
  readonly name: string;
  readonly isOn: boolean;
}

/** The issuer as the operator typed it: a token's issuer is compared letter by letter. */
const address = z.string().transform((text, context): string => {
  const { error } = webAddress.safeParse(text);
  for (const { message } of error?.issues ?? []) context.addIssue({ code: 'custom', message });
  return error === undefined ? text : z.NEVER;
});

/** The settings of an OpenID Connect provider that has no kind of its own. */
export function genericSettings(preset: Preset) {
  const { prefix, id, name, isOn } = preset;
  const { enabled, ...common } = commonSettings(prefix, { id, name, form: groupForm });
  return {
    enabled: { ...enabled, default: String(isOn), example: String(!isOn) },
    displayName: {
      name: `${prefix}_DISPLAY_NAME`,
      defaultInWords: 'the ID, capitalised',
      example: 'Authentik',
      meaning: 'What people call the provider: “Continue with Authentik”.',
      anyText: true,
      schema: line(64),
    } satisfies OptionalSetting<string>,
    ...clientSettings(prefix, name),
    issuer: {
      name: `${prefix}_ISSUER`,
      defaultInWords: `required with \`${prefix}_ENABLED\``,
      example: 'https://id.acmecorp.com/application/o/console/',
      meaning:
        'The issuer. Its metadata, at `/.well-known/openid-configuration` behind it, has to name it; a slash at the end may differ there.',
      schema: address,
    } satisfies OptionalSetting<string>,
    ...addressSettings(prefix),
    tokenEndpointAuthMethod: {
      name: `${prefix}_TOKEN_ENDPOINT_AUTH_METHOD`,
      defaultInWords: 'what the metadata offers, `client_secret_post` first',
      example: 'client_secret_basic',
      meaning:
        'How the client secret is sent: `client_secret_basic` (in a header), `client_secret_post` (in the body), or `none`, for a public client without a secret.',
      schema: oneOf(AUTH_METHODS),
    } satisfies OptionalSetting<AuthMethod>,
    scope: { ...scopeSetting(prefix), example: 'openid profile email groups' },
    authorizationParameters: {
      name: `${prefix}_AUTHORIZATION_PARAMETERS`,
      default: '{}',
      example: '{"organization":"org_4Kd8"}',
      meaning:
        'A JSON object of more parameters for the authorization request, such as `organization`, `connection`, `identity_provider`, `domain_hint` or `acr_values`.',
      schema: authorizationParameters,
    } satisfies Setting<Readonly<Record<string, string>>>,
    ...claimSettings(preset),
    ...common,
    revalidateInterval: revalidateSetting(prefix, name),
  };
}

function addressSettings(prefix: string) {
  const at = (suffix: string, example: string, meaning: string): OptionalSetting<string> => ({
    name: `${prefix}_${suffix}`,
    defaultInWords: suffix === 'METADATA_URL' ? 'behind the issuer' : 'what the metadata says',
    example: `https://id.acmecorp.com/${example}`,
    meaning,
    schema: address,
  });
  return {
    metadataUrl: at(
      'METADATA_URL',
      '.well-known/openid-configuration',
      'Where the metadata is, if it isn’t behind the issuer.',
    ),
    authorizationUrl: at('AUTHORIZATION_URL', 'authorize', 'The authorization endpoint.'),
    tokenUrl: at('TOKEN_URL', 'token', 'The token endpoint.'),
    userInfoUrl: at('USERINFO_URL', 'userinfo', 'The UserInfo endpoint.'),
    jwksUri: at(
      'JWKS_URI',
      'keys',
      'Where the signing keys are. With the authorization and the token endpoint beside it, no metadata is read.',
    ),
    endSessionUrl: at('END_SESSION_URL', 'logout', 'Where people are signed out at the provider.'),
    logoutReturnParameter: {
      name: `${prefix}_LOGOUT_RETURN_PARAMETER`,
      default: 'post_logout_redirect_uri',
      example: 'logout_uri',
      meaning:
        'The parameter by which the provider is told where people return to after signing out. With another name than the standard’s, it and `client_id` are all that is sent.',
      schema: line(64).regex(/^[\w.-]+$/, 'must be the name of a parameter'),
    } satisfies Setting<string>,
  };
}

export type GenericSettings = ReturnType<typeof genericSettings>;
