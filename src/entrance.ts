import type { IncomingMessage } from 'node:http';
import bodyParser from 'body-parser';
import type { Request, RequestHandler } from 'express';
import createRouter from 'router';
import { mountOperations } from './api/operation.js';
import { createOperations } from './api/operations.js';
import { namesOfProviders } from './config/provider-name.js';
import { firstAdministrator } from './config/ways-in.js';
import { createAccountPage } from './console/account-page.js';
import { createAccountUnlinking } from './console/account-unlinking.js';
import { createAddPeoplePages } from './console/add-people.js';
import { createApprovalPages } from './console/approvals-pages.js';
import { createAuditPages } from './console/audit-page.js';
import { createConsolePages } from './console/console-pages.js';
import { createDashboardPage } from './console/dashboard-page.js';
import { createRolesPage } from './console/roles-page.js';
import { createSessionsPages } from './console/sessions-pages.js';
import { createSetupPages } from './console/setup-pages.js';
import { createTeamPages } from './console/teams-pages.js';
import { createThemeChoice } from './console/theme.js';
import { createTokenPages } from './console/tokens-pages.js';
import { createUserDeletion } from './console/user-deletion.js';
import { createUserGrants } from './console/user-grants.js';
import { createUserPages } from './console/user-page.js';
import { createUserSessionPages } from './console/user-sessions.js';
import { createUserUnlinking } from './console/user-unlinking.js';
import { createBulkPages } from './console/users-bulk.js';
import { createUsersPages } from './console/users-page.js';
import { createAnswered, throwing } from './guards/answered.js';
import { forHosts } from './guards/for-hosts.js';
import { forProxy } from './guards/for-proxy.js';
import { guardedRoutes } from './guards/guarded-routes.js';
import { createGuards } from './guards/guards.js';
import { requireOpened } from './guards/opened.js';
import { requireOwnForm } from './guards/own-form.js';
import { onOwnPaths } from './guards/own-paths.js';
import { createRequestLimiter } from './guards/request-limit.js';
import { requireSameOrigin } from './guards/same-origin.js';
import { parseAuthContext } from './identity/auth-context.js';
import { CONSOLE_ROLES, PLATFORM_ADMIN } from './identity/roles.js';
import { createErrorAnswers, errorHandler } from './pages/answer-error.js';
import { createAssets } from './pages/assets.js';
import { createPages, type Wording } from './pages/pages.js';
import { noStore, securityHeaders } from './pages/security-headers.js';
import { countWaiting } from './pages/waiting-people.js';
import { identifyRequest, originOf } from './requests/request-id.js';
import { readCsv, readForm, readUpload } from './requests/upload.js';
import { createRevalidation } from './revalidation/revalidation.js';
import { createSessionReader } from './session/reading.js';
import { createSessionWriter } from './session/writing.js';
import { createAddressForm } from './sign-in/address-form.js';
import type { SignInDependencies } from './sign-in/dependencies.js';
import { createLastProvider } from './sign-in/last-provider.js';
import { createLinking } from './sign-in/linking.js';
import { createLocalSignIn } from './sign-in/local.js';
import { createProviderSignOut } from './sign-in/provider-sign-out.js';
import { createRefusals } from './sign-in/refusals.js';
import { createSignInPage } from './sign-in/sign-in-page.js';
import { createSigningOut } from './sign-in/signing-out.js';
import { createSingleSignOn } from './sign-in/single-sign-on.js';
import { createTransactions } from './sign-in/transaction.js';
import { createTrials } from './sign-in/trials.js';
import type { Dependencies } from './stores.js';
import { type Scope, scopes } from './tokens/api-token.js';
import { createTokenAuthentication } from './tokens/authenticate.js';

export interface EntranceDependencies
  extends Dependencies,
    Pick<SignInDependencies, 'countSignIn' | 'isPrepared'> {
  readonly wording: Wording;
  /** Measures the requests for our own paths, if the app around doesn’t measure all requests. */
  readonly measure?: RequestHandler;
}

/** Every route and every guard, in the order in which a request meets them. The API has a table of its own. */
export function assembleEntrance(deps: EntranceDependencies) {
  const { config, directory, sessions, tokens, clock, log } = deps;
  const assets = createAssets(config.brand);
  const pages = createPages(config, assets, deps.wording);
  const revalidation = createRevalidation(deps);
  const readSession = createSessionReader(config, sessions, clock, log, revalidation?.before);
  const sessionWriter = createSessionWriter(config, sessions, clock);
  const answerError = createErrorAnswers(pages, log, readSession);
  const ownHeaders = [identifyRequest, securityHeaders(config.server.baseUrl)];
  const stepUpProviders = deps.providers.filter(({ stepsUp }) => stepsUp === true).map(({ id }) => id);
  const answered = createAnswered(pages, readSession, answerError, ownHeaders, log, stepUpProviders);
  const authenticateToken = createTokenAuthentication(tokens, directory, clock, originOf, log);
  const guards = createGuards({
    readSession,
    authenticateToken,
    baseUrl: config.server.baseUrl,
    firstAdministrator: firstAdministrator(config),
  });
  const transactions = createTransactions(config, deps.marks, clock);
  const refusals = createRefusals(config, deps.providers, log, pages);
  const shared = {
    ...deps,
    nameOfProvider: namesOfProviders(config),
    pages: createConsolePages(pages),
    readSession,
    sessionWriter,
    transactions,
    refusals,
    lastProvider: createLastProvider(config, deps.providers),
    revalidation,
    limiter: createRequestLimiter(),
    backChannelLimiter: createRequestLimiter({ most: 6_000 }),
  };

  const signInPage = createSignInPage(shared);
  const trials = createTrials(shared);
  const sso = createSingleSignOn({ ...shared, trials });
  const localSignIn = createLocalSignIn({ ...shared, signInPage });
  const addressForm = createAddressForm({ ...shared, signInPage });
  const signingOut = createSigningOut(shared);
  const providerSignOut = createProviderSignOut(shared);
  const usersPages = createUsersPages(shared);
  const bulkPages = createBulkPages(shared);
  const userPages = createUserPages(shared);
  const userSessionPages = createUserSessionPages(shared);
  const userGrants = createUserGrants(shared);
  const userDeletion = createUserDeletion(shared);
  const linkAccount = createLinking(shared);
  const accountPage = createAccountPage(shared);
  const accountUnlinking = createAccountUnlinking(shared);
  const userUnlinking = createUserUnlinking(shared);
  const addPeople = createAddPeoplePages(shared);
  const approvalPages = createApprovalPages(shared);
  const teamPages = createTeamPages(shared);
  const sessionsPages = createSessionsPages(shared);
  const tokenPages = createTokenPages(shared);
  const auditPages = createAuditPages(shared);
  const setupPages = createSetupPages(shared);

  const form = bodyParser.urlencoded({ extended: false, limit: '16kb' });
  // A form sends an uploaded file with longer line breaks, so the limit is higher than that of the file.
  const upload = readUpload('2200kb');
  const json = bodyParser.json({ limit: '64kb' });
  const fromOurPages = requireSameOrigin(config.server.baseUrl);
  const requireRole = (...roles: readonly string[]) => answered(guards.requireRole(...roles));
  const waiting = countWaiting(directory);
  const ownForm = requireOwnForm(config);
  const requireConsole = { guards: [requireRole(...CONSOLE_ROLES), ownForm, waiting] } as const;
  const requireSession = { guards: [answered(guards.requireSession), ownForm, waiting] } as const;
  const requireAdmin = { guards: [requireRole(PLATFORM_ADMIN), ownForm, waiting] } as const;

  const router = createRouter();
  const routes = guardedRoutes(router);
  router.use([...(deps.measure === undefined ? [] : [deps.measure]), ...ownHeaders, assets.routes, noStore]);

  routes.get('/admin/login', 'anyone', providerSignOut.frontChannelAtSignInPage, signInPage.show);
  routes.post('/admin/login', 'anyone', fromOurPages, form, localSignIn);
  routes.post('/admin/login/address', 'anyone', fromOurPages, form, addressForm);
  routes.post('/admin/logout', 'anyone', fromOurPages, signingOut.signOut);
  routes.get('/admin/signed-out', 'anyone', signingOut.signedOutPage);
  routes.post('/admin/theme', 'anyone', fromOurPages, form, createThemeChoice(config, pages));

  router.use('/auth/sso', sso.requireSso);
  routes.get('/auth/sso/login/:provider', 'anyone', requireOpened(), sso.begin);
  routes.get('/auth/sso/callback/:provider', 'anyone', requireOpened(), sso.callback);
  routes.get('/auth/sso/logout/:provider', 'anyone', requireOpened('POST'), providerSignOut.frontChannel);
  routes.post('/auth/sso/logout/:provider', 'anyone', form, providerSignOut.backChannel);

  mountOperations(routes, createOperations(deps), {
    require: (access) =>
      throwing(access === 'principal' ? guards.requirePrincipal : guards.requireScope(access)),
    requireForProxy: (access) =>
      forProxy(
        access === 'principal' ? guards.requirePrincipal : guards.requireScopeForProxy(access),
        config,
      ),
    json,
    csv: readCsv('1mb'),
  });

  routes.get('/admin/account', requireSession, accountPage);
  routes.post('/admin/account/link/:provider', requireSession, linkAccount);
  routes.post('/admin/account/sessions/end', requireSession, userSessionPages.endOwnOthers);
  routes.post('/admin/account/sessions/:session/end', requireSession, userSessionPages.endOwn);
  routes.get('/admin/account/unlink', requireSession, accountUnlinking.ask);
  routes.post('/admin/account/unlink', requireSession, form, accountUnlinking.unlink);
  routes.get('/admin', requireConsole, createDashboardPage(shared));
  routes.get('/admin/users', requireConsole, usersPages.show);
  routes.get('/admin/users/bulk', requireAdmin, bulkPages.ask);
  routes.post('/admin/users/bulk', requireAdmin, form, bulkPages.carryOut);
  routes.get('/admin/users/export', requireConsole, usersPages.export);
  routes.get('/admin/users/add', requireAdmin, addPeople.show);
  routes.post('/admin/users/add', requireAdmin, form, addPeople.add);
  routes.post('/admin/users/import', requireAdmin, upload, addPeople.preview);
  routes.post('/admin/users/import/confirm', requireAdmin, readForm('512kb'), upload, addPeople.importAll);
  routes.get('/admin/users/:id', requireConsole, userPages.show);
  routes.get('/admin/users/:id/disable', requireAdmin, userPages.confirmDisable);
  routes.post('/admin/users/:id/disable', requireAdmin, userPages.disable);
  routes.post('/admin/users/:id/enable', requireAdmin, userPages.enable);
  routes.post('/admin/users/:id/sessions/end', requireAdmin, userSessionPages.endAll);
  routes.post('/admin/users/:id/sessions/:session/end', requireAdmin, userSessionPages.end);
  routes.get('/admin/users/:id/delete', requireAdmin, userDeletion.ask);
  routes.post('/admin/users/:id/delete', requireAdmin, form, userDeletion.remove);
  routes.get('/admin/users/:id/unlink', requireAdmin, userUnlinking.ask);
  routes.post('/admin/users/:id/unlink', requireAdmin, form, userUnlinking.unlink);
  routes.post('/admin/users/:id/roles', requireAdmin, form, userGrants.giveRole);
  routes.get('/admin/users/:id/roles/give', requireAdmin, userGrants.askToGiveRole);
  routes.get('/admin/users/:id/roles/take', requireAdmin, userGrants.askToTakeRole);
  routes.post('/admin/users/:id/roles/take', requireAdmin, form, userGrants.takeRole);
  routes.post('/admin/users/:id/teams', requireAdmin, form, userGrants.joinTeam);
  routes.post('/admin/users/:id/teams/leave', requireAdmin, form, userGrants.leaveTeam);
  routes.get('/admin/approvals', requireConsole, approvalPages.list);
  routes.post('/admin/approvals/:id/approve', requireAdmin, approvalPages.approve);
  routes.get('/admin/approvals/:id/reject', requireAdmin, approvalPages.askToReject);
  routes.post('/admin/approvals/:id/reject', requireAdmin, form, approvalPages.reject);
  routes.get('/admin/teams', requireConsole, teamPages.list);
  routes.post('/admin/teams', requireAdmin, form, teamPages.create);
  routes.get('/admin/teams/:id', requireConsole, teamPages.show);
  routes.post('/admin/teams/:id', requireAdmin, form, teamPages.edit);
  routes.post('/admin/teams/:id/members', requireAdmin, form, teamPages.addMember);
  routes.post('/admin/teams/:id/members/remove', requireAdmin, form, teamPages.removeMember);
  routes.get('/admin/teams/:id/delete', requireAdmin, teamPages.askToDelete);
  routes.post('/admin/teams/:id/delete', requireAdmin, form, teamPages.remove);
  routes.get('/admin/roles', requireConsole, createRolesPage(shared));
  routes.get('/admin/sessions', requireConsole, sessionsPages.list);
  routes.get('/admin/sessions/end', requireAdmin, sessionsPages.askToEnd);
  routes.post('/admin/sessions/end', requireAdmin, form, sessionsPages.end);
  routes.get('/admin/tokens', requireAdmin, tokenPages.list);
  routes.post('/admin/tokens', requireAdmin, form, tokenPages.create);
  routes.get('/admin/tokens/:id/secret', requireAdmin, requireOpened(), tokenPages.showSecret);
  routes.get('/admin/tokens/:id/rotate', requireAdmin, tokenPages.askToRotate);
  routes.post('/admin/tokens/:id/rotate', requireAdmin, tokenPages.rotate);
  routes.get('/admin/tokens/:id/revoke', requireAdmin, tokenPages.askToRevoke);
  routes.post('/admin/tokens/:id/revoke', requireAdmin, tokenPages.revoke);
  routes.get('/admin/audit', requireConsole, auditPages.show);
  routes.get('/admin/audit/export/:format', requireConsole, auditPages.export);
  routes.get('/admin/setup', requireAdmin, setupPages.show);
  routes.post('/admin/setup/check', requireAdmin, setupPages.check);
  routes.get('/admin/setup/try', requireAdmin, setupPages.showTrial);
  routes.post('/admin/setup/try/:provider', requireAdmin, trials.begin);

  router.use(errorHandler(answerError));

  return {
    routes: forHosts(onOwnPaths(router, { path: config.server.baseUrl.path, log, answerError, ownHeaders })),
    requireSession: forHosts(answered(guards.requireSession)),
    requireRole: (...roles: readonly string[]) => forHosts(requireRole(...roles)),
    requireScope: (scope: Scope) => forHosts(answered(guards.requireScope(parseScope(scope)))),
    requireAuthContext(authContext: string) {
      if (parseAuthContext(authContext) === undefined)
        throw new TypeError('an authentication context is called c1 to c99');
      return forHosts(answered(guards.requireAuthContext(authContext)));
    },
    // Express has given a request its own methods before it calls a handler.
    guardedUser: (request: IncomingMessage) => guards.guardedUser(request as Request),
    userOf: (request: IncomingMessage) => guards.userOf(request as Request),
    pages,
    answerError,
  };
}

/** @throws TypeError for another word, since a guard for it would let nobody pass */
function parseScope(scope: string): Scope {
  const known = scopes.find((one) => one === scope);
  if (known !== undefined) return known;
  throw new TypeError(`a scope is one of ${scopes.join(', ')}`);
}
