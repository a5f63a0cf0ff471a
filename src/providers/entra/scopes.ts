import { scopeList } from '../../config/scopes.js';
import { clouds } from './clouds.js';

const GRAPH = 'Microsoft Graph';
/** Scopes of OpenID Connect, which belong to no resource. */
const OPENID_SCOPES: readonly string[] = ['openid', 'profile', 'email', 'offline_access', 'address', 'phone'];
const DEFAULT_SCOPE = /(?:^|\/)\.default$/i;
const GRAPH_RESOURCES: readonly string[] = [
  ...clouds.flatMap(({ graphs }) => graphs),
  '00000003-0000-0000-c000-000000000000',
];

export const scopes = scopeList
  .refine((list) => list.includes('openid') && list.includes('profile'), 'must contain openid and profile')
  .superRefine((list, context) => {
    const problem = resourceProblem(list);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  })
  .transform((list) => list.join(' '));

/** Whether Microsoft Graph accepts tokens for these scopes. */
export function haveGraph(scopes: string): boolean {
  return resourcesOf(scopes.split(' ')).includes(GRAPH);
}

/** Microsoft refuses a request that names two resources (AADSTS28000, AADSTS70011). */
function resourceProblem(list: readonly string[]): string | undefined {
  const [first, second] = resourcesOf(list);
  if (second !== undefined)
    return `asks for two resources at once, ${first} and ${second}, and Microsoft gives tokens for one: leave the scopes of the other out`;
  const ofResources = list.filter((scope) => resourceOf(scope) !== undefined);
  return ofResources.length > 1 && ofResources.some((scope) => DEFAULT_SCOPE.test(scope))
    ? 'has .default beside other scopes of its resource, which Microsoft refuses: keep one or the other'
    : undefined;
}

function resourcesOf(list: readonly string[]): readonly string[] {
  return [...new Set(list.map(resourceOf).filter((resource) => resource !== undefined))];
}

/** A scope that names no resource belongs to Graph. */
function resourceOf(scope: string): string | undefined {
  if (OPENID_SCOPES.includes(scope.toLowerCase())) return undefined;
  const resource = scope.slice(0, Math.max(0, scope.lastIndexOf('/'))).replace(/\/$/, '');
  return resource === '' || GRAPH_RESOURCES.includes(resource.toLowerCase()) ? GRAPH : resource;
}
