import type { InteractionResults, Provider } from 'oidc-provider';
import type { Persona } from '../personas.js';
import { type Application, cancelled, refusalOf } from './entra-errors.js';
import { messagePage, pageHeaders, pickerPage } from './pages.js';
import { readForm } from './read-form.js';

export interface InteractionOptions {
  readonly tenantId: string;
  readonly application: Application;
  readonly personas: () => readonly Persona[];
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
    const result = await resultOf(picked, String(interaction.params.scope), provider, options);
    if (result !== undefined) {
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
    });
  });
}

function pickedBeforehand({ auto }: InteractionOptions, loginHint: string | undefined): URLSearchParams {
  const persona = auto?.({ loginHint });
  return new URLSearchParams(persona === undefined ? {} : { persona });
}

/** What the picked persona means to the OpenID provider; undefined where nobody was picked. */
async function resultOf(
  picked: URLSearchParams,
  scope: string,
  provider: Provider,
  { application, personas }: InteractionOptions,
): Promise<InteractionResults | undefined> {
  if (picked.has('cancel')) return { ...cancelled(application) };
  const persona = personas().find(({ id }) => id === picked.get('persona'));
  if (persona === undefined) return undefined;
  const refusal = refusalOf(persona, application);
  if (refusal !== undefined) return { ...refusal };

  const grant = new provider.Grant({ accountId: persona.id, clientId: application.clientId });
  grant.addOIDCScope(scope);
  return {
    login: { accountId: persona.id, remember: false },
    select_account: {},
    consent: { grantId: await grant.save() },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
