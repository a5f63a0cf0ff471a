import type { Dependencies } from '../stores.js';
import { createAccessOperation } from './access.js';
import { createApprovalOperations } from './approval.js';
import { createAuditOperation } from './audit.js';
import { createRevocationOperation } from './global-token-revocation.js';
import { createMeOperation } from './me.js';
import { createDocumentOperation } from './openapi.js';
import type { Operation } from './operation.js';
import { createProvidersOperation } from './providers.js';
import { createProvisioningOperations } from './provisioning.js';
import { createSessionOperations } from './sessions.js';
import { createTeamMemberOperations } from './team-members.js';
import { createTeamOperations } from './teams.js';
import { createTokenOperations } from './tokens.js';
import { createUserChangeOperations } from './user-changes.js';
import { createUserOperations } from './users.js';
import { createVerifyOperation } from './verify.js';

/** All operations of the API, in the order in which `GET /auth/openapi.json` documents them. */
export function createOperations(deps: Dependencies): readonly Operation[] {
  const operations = [
    createProvidersOperation(deps),
    createRevocationOperation(deps),
    createMeOperation(deps),
    ...createUserOperations(deps),
    ...createUserChangeOperations(deps),
    ...createProvisioningOperations(deps),
    ...createApprovalOperations(deps),
    createAccessOperation(deps),
    ...createSessionOperations(deps),
    ...createTeamOperations(deps),
    ...createTeamMemberOperations(deps),
    ...createTokenOperations(deps),
    createAuditOperation(deps),
    createVerifyOperation(deps),
  ];
  return [...operations, createDocumentOperation(operations, deps.config)];
}
