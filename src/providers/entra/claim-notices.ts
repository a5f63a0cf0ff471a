import type { Logger } from 'pino';
import type { ClaimNotice, Notify } from './rights.js';

const CONSEQUENCE = 'it gives nothing new, and grants by it stay as they were';

/** Logs odd claims for the operator, each kind once per process. It never logs a claim's value. */
export function claimNoticesTo(log: Logger): Notify {
  const told = new Set<string>();
  return (notice) => {
    const line = lineFor(notice);
    if (line === undefined || told.has(line.key)) return;
    told.add(line.key);
    log.warn(line.facts, line.text);
  };
}

interface Line {
  readonly key: string;
  readonly facts: object;
  readonly text: string;
}

/** Omitted groups need no line, because Microsoft Graph is asked for them. */
function lineFor(notice: ClaimNotice): Line | undefined {
  switch (notice.problem) {
    case 'odd_members':
    case 'unreadable': {
      const { problem, claim, unread } = notice;
      const kinds = Object.keys(unread).sort().join(', ');
      return {
        key: `${problem} ${claim} ${kinds}`,
        facts: { claim, unread },
        text:
          problem === 'odd_members'
            ? `the claim \`${claim}\` of an ID token holds members that can’t be read (${kinds}): they were left out`
            : `the claim \`${claim}\` of an ID token can’t be read (${kinds}): ${CONSEQUENCE}`,
      };
    }
    case 'left_out':
      return notice.claim === 'groups'
        ? undefined
        : {
            key: 'left_out roles',
            facts: { claim: 'roles' },
            text: `the claim \`roles\` doesn’t fit into an ID token: ${CONSEQUENCE}. Send fewer groups as roles, or send them as groups (Token configuration → groups claim)`,
          };
    case 'group_names':
      return {
        key: 'group_names',
        facts: { claim: 'groups' },
        text: 'groups arrive as names; they give nothing. In the app registration: Token configuration → edit the groups claim → under ID choose Group ID',
      };
  }
}
