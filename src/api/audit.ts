import { auditEvent } from '../audit/event.js';
import { sendExport } from '../audit/send-export.js';
import {
  auditCursors,
  auditQueryString,
  parseAuditFilter,
  parseAuditQuery,
} from '../requests/audit-query.js';
import type { Dependencies } from '../stores.js';
import { type Operation, operation } from './operation.js';
import { pageSchema } from './page-schema.js';

const eventSchema = auditEvent.meta({
  id: 'AuditEvent',
  description: 'What happened, in the terms of the Elastic Common Schema.',
});

/** `GET /auth/audit`: a page of events, or all events as a stream if `Accept` asks for NDJSON or CSV. */
export function createAuditOperation({ audit }: Dependencies): Operation {
  return operation({
    id: 'listAuditEvents',
    method: 'get',
    path: '/auth/audit',
    summary: 'The audit log, newest first',
    access: 'audit:read',
    query: auditQueryString,
    answers: {
      200: {
        description: 'A page of events; or a stream of all that match, without `limit` and `cursor`.',
        schema: pageSchema('events', eventSchema),
        streams: ['application/x-ndjson', 'text/csv'],
      },
    },
    problems: ['too_many_requests'],
    async handle(request, response) {
      response.vary('Accept');
      const type = request.accepts('application/json', 'application/x-ndjson', 'text/csv');
      if (type === 'application/x-ndjson' || type === 'text/csv') {
        const events = audit.export(parseAuditFilter(request.query), 'newest first');
        return sendExport(response, events, type === 'text/csv' ? 'csv' : 'ndjson');
      }
      const page = await audit.list(parseAuditQuery(request.query));
      response.json({ events: page.events, next_cursor: auditCursors(page).older });
    },
  });
}
