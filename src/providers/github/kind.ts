import { missingKind } from '../provider-kind.js';

export const github = missingKind('github', 'SSO_GITHUB', ['GITHUB_ORG_TEAM_MAPPING']);
