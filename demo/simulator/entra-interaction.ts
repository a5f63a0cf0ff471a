import type { InteractionResults, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Persona } from '../personas.js';
import { type Application, cancelled, refusalOf } from './entra-errors.js';
import { type InteractionOptions, resultFor, serveInteraction } from './interaction.js';
import { pickerPage } from './pages.js';
import type { SignIns } from './sign-ins.js';

export interface EntraInteractionOptions extends Pick<InteractionOptions, 'auto'> {
  readonly tenantId: string;
  readonly application: Application;
  readonly personas: () => readonly Persona[];
  readonly signIns: SignIns;
}

/** Serves the picker, and takes what was picked. */
export function serveEntraInteraction(provider: Provider, options: EntraInteractionOptions): void {
  const { application, auto, personas, signIns, tenantId } = options;
  serveInteraction(provider, {
    vendor: 'Microsoft',
    auto,
    resultOf: (picked, { params }, ctx) => resultOf(picked, params, ctx, provider, options),
    page: ({ loginHint, uid }, { req }) =>
      pickerPage({
        vendor: 'Microsoft',
        action: `/${tenantId}/interaction/${uid}`,
        applicationName: application.clientName,
        people: personas(),
        loginHint,
        signOutPath:
          signIns.inBrowser(req.headers.cookie).length > 0 ? `/${tenantId}/oauth2/v2.0/logout` : undefined,
      }),
  });
}

async function resultOf(
  picked: URLSearchParams,
  parameters: Readonly<Record<string, unknown>>,
  ctx: Pick<KoaContextWithOIDC, 'req' | 'append'>,
  provider: Provider,
  { application, personas, signIns }: EntraInteractionOptions,
): Promise<InteractionResults | undefined> {
  if (picked.has('cancel')) return { ...cancelled(application) };
  const persona = personas().find(({ id }) => id === picked.get('persona'));
  if (persona === undefined) return undefined;
  const refusal = refusalOf(persona, application);
  if (refusal !== undefined) return { ...refusal };

  const { sid } = signIns.begin(persona.id, authContextsIn(parameters.claims));
  // Signing out at Microsoft finds by this cookie what the browser signed in to.
  ctx.append('Set-Cookie', signIns.cookie([...signIns.inBrowser(ctx.req.headers.cookie), sid]));
  return resultFor(sid, parameters, provider);
}

/** The `acrs` of a claims request (OpenID Connect Core §5.5). */
function authContextsIn(claims: unknown): readonly string[] {
  const request: unknown = typeof claims === 'string' ? JSON.parse(claims) : claims;
  const parsed = claimsRequest.safeParse(request);
  return parsed.success ? [parsed.data.id_token.acrs.value] : [];
}

const claimsRequest = z.object({ id_token: z.object({ acrs: z.object({ value: z.string() }) }) });
