import type { RequestHandler } from 'express';
import type { Audit } from '../audit/audit.js';
import { auditCursors, parseAuditFilter, parseAuditQuery } from '../audit/query.js';
import { sendExport } from '../http/send-export.js';

/** `GET /auth/audit`: a page of events, or all of them as a stream where `Accept` asks for NDJSON or CSV. */
export function createAuditApi(audit: Audit): RequestHandler {
  return async (request, response) => {
    response.vary('Accept');
    const type = request.accepts('application/json', 'application/x-ndjson', 'text/csv');
    if (type === 'application/x-ndjson' || type === 'text/csv') {
      const events = audit.export(parseAuditFilter(request.query), 'newest first');
      return sendExport(response, events, type === 'text/csv' ? 'csv' : 'ndjson');
    }
    const page = await audit.list(parseAuditQuery(request.query));
    response.json({ events: page.events, next_cursor: auditCursors(page).older });
  };
}
