import type { InteractionResults, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { messagePage, pageHeaders } from './pages.js';
import { readForm } from './read-form.js';

type Context = Pick<KoaContextWithOIDC, 'req' | 'append'>;

/** A sign-in that waits for somebody to be picked. */
export interface Waiting {
  readonly uid: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly loginHint: string | undefined;
}

export interface InteractionOptions {
  readonly vendor: string;
  /** The persona to sign in without asking; undefined shows the picker. */
  readonly auto?: ((request: { readonly loginHint: string | undefined }) => string | undefined) | undefined;
  /** What the form means to the OpenID provider; undefined if nobody was picked. */
  resultOf(picked: URLSearchParams, waiting: Waiting, ctx: Context): Promise<InteractionResults | undefined>;
  /** The picker. */
  page(waiting: Waiting, ctx: Context): string;
}

/** Serves the picker of an OpenID provider, and takes what was picked. */
export function serveInteraction(provider: Provider, options: InteractionOptions): void {
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch(() => undefined);
    if (interaction === undefined) {
      ctx.status = 400;
      ctx.set(pageHeaders);
      ctx.body = messagePage(options.vendor, {
        title: 'This sign-in is over',
        text: 'It was finished or has expired. Start again where you came from.',
      });
      return;
    }

    const { params, uid } = interaction;
    const waiting: Waiting = { uid, params, loginHint: textOf(params.login_hint) };
    const picked = ctx.method === 'POST' ? await readForm(ctx.req) : pickedBeforehand(options, waiting);
    const result = await options.resultOf(picked, waiting, ctx);
    if (result !== undefined) {
      ctx.status = 303;
      ctx.redirect(
        await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }),
      );
      return;
    }
    ctx.status = 200;
    ctx.set(pageHeaders);
    ctx.body = options.page(waiting, ctx);
  });
}

function pickedBeforehand({ auto }: InteractionOptions, { loginHint }: Waiting): URLSearchParams {
  const persona = auto?.({ loginHint });
  return new URLSearchParams(persona === undefined ? {} : { persona });
}

/** Signs this account in, and grants all scopes that the application asks for. */
export async function resultFor(
  accountId: string,
  { client_id, scope }: Waiting['params'],
  provider: Provider,
): Promise<InteractionResults> {
  const grant = new provider.Grant({ accountId, clientId: String(client_id) });
  grant.addOIDCScope(String(scope));
  return {
    login: { accountId, remember: false },
    select_account: {},
    consent: { grantId: await grant.save() },
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
