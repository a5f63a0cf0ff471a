import type { InteractionResults, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { z } from 'zod';
import type { Persona } from '../personas.js';
import { type Application, cancelled, refusalOf } from './entra-errors.js';
import { messagePage, pageHeaders, pickerPage } from './pages.js';
import { readForm } from './read-form.js';
import type { SignIns } from './sign-ins.js';

export interface InteractionOptions {
  readonly tenantId: string;
  readonly application: Application;
  readonly personas: () => readonly Persona[];
  readonly signIns: SignIns;
  /** The persona to sign in without asking; undefined shows the picker. */
  readonly auto: ((request: { readonly loginHint: string | undefined }) => string | undefined) | undefined;
}

/** Serves the picker, and takes what was picked. */
export function serveInteraction(provider: Provider, options: InteractionOptions): void {
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch(() => undefined);
    if (interaction === undefined) {
      ctx.status = 400;
      ctx.set(pageHeaders);
      ctx.body = messagePage({
        title: 'This sign-in is over',
        text: 'It was finished or has expired. Start again where you came from.',
      });
      return;
    }

    const loginHint = textOf(interaction.params.login_hint);
    const picked = ctx.method === 'POST' ? await readForm(ctx.req) : pickedBeforehand(options, loginHint);
    const result = await resultOf(picked, interaction.params, provider, options);
    if (result !== undefined) {
      rememberInBrowser(ctx, result, options);
      ctx.status = 303;
      ctx.redirect(
        await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }),
      );
      return;
    }
    ctx.status = 200;
    ctx.set(pageHeaders);
    ctx.body = pickerPage({
      action: `/${options.tenantId}/interaction/${interaction.uid}`,
      applicationName: options.application.clientName,
      personas: options.personas(),
      loginHint,
      signOutPath:
        options.signIns.inBrowser(ctx.req.headers.cookie).length > 0
          ? `/${options.tenantId}/oauth2/v2.0/logout`
          : undefined,
    });
  });
}

/** So that signing out at Microsoft finds what this browser signed in to. */
function rememberInBrowser(
  ctx: Pick<KoaContextWithOIDC, 'req' | 'append'>,
  { login }: InteractionResults,
  { signIns }: InteractionOptions,
): void {
  if (login === undefined) return;
  ctx.append('Set-Cookie', signIns.cookie([...signIns.inBrowser(ctx.req.headers.cookie), login.accountId]));
}

function pickedBeforehand({ auto }: InteractionOptions, loginHint: string | undefined): URLSearchParams {
  const persona = auto?.({ loginHint });
  return new URLSearchParams(persona === undefined ? {} : { persona });
}

/** What the picked persona means to the OpenID provider; undefined where nobody was picked. */
async function resultOf(
  picked: URLSearchParams,
  parameters: Readonly<Record<string, unknown>>,
  provider: Provider,
  { application, personas, signIns }: InteractionOptions,
): Promise<InteractionResults | undefined> {
  if (picked.has('cancel')) return { ...cancelled(application) };
  const persona = personas().find(({ id }) => id === picked.get('persona'));
  if (persona === undefined) return undefined;
  const refusal = refusalOf(persona, application);
  if (refusal !== undefined) return { ...refusal };

  const { sid: accountId } = signIns.begin(persona.id, authContextsIn(parameters.claims));
  const grant = new provider.Grant({ accountId, clientId: application.clientId });
  grant.addOIDCScope(String(parameters.scope));
  return {
    login: { accountId, remember: false },
    select_account: {},
    consent: { grantId: await grant.save() },
  };
}

/** The `acrs` of a claims request (OpenID Connect Core §5.5). */
function authContextsIn(claims: unknown): readonly string[] {
  const request: unknown = typeof claims === 'string' ? JSON.parse(claims) : claims;
  const parsed = claimsRequest.safeParse(request);
  return parsed.success ? [parsed.data.id_token.acrs.value] : [];
}

const claimsRequest = z.object({ id_token: z.object({ acrs: z.object({ value: z.string() }) }) });

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
