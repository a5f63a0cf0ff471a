import type { Actor } from '#entrance/audit/event.js';
import { editUser, revokeSessions } from '#entrance/directory/edit-user.js';
import { type Edit, givingRole, settingStatus, takingRole } from '#entrance/directory/user-edits.js';
import { approving, rejecting } from '#entrance/people/approval.js';
import { editTeam } from '#entrance/teams/edit-team.js';
import { addMember, removeMember } from '#entrance/teams/membership.js';
import { existingTeam } from '#entrance/teams/teams.js';
import type { Scope } from '#entrance/tokens/api-token.js';
import { issueToken, revokeToken, rotateToken } from '#entrance/tokens/tokens.js';
import { DAY, HEAD, type HistoryOptions, HOUR, type Moment, personBy } from './moment.js';
import { actorFor } from './visits.js';

const DEPUTY = 'daniel.mwangi@contoso.com';
const PIETER = 'pieter.vandenberg@contoso.com';
const SAMUEL = 'samuel.adeyemi@contoso.com';
const THOMAS = 'thomas.weber@contoso.com';

/** What the administrators did. */
export function changes(options: HistoryOptions): readonly Moment[] {
  return [...toPeople(options), ...toTeams(options), ...toTokens(options)];
}

function toPeople({ stores }: HistoryOptions): readonly Moment[] {
  const edit = (ago: number, by: string, whom: string, change: (now: number) => Edit): Moment => ({
    ago,
    async happen(now) {
      const { id } = await personBy(stores, whom);
      await editUser(stores, { id, by: actorFor(await personBy(stores, by)) }, change(now));
    },
  });
  return [
    edit(29.4 * DAY, DEPUTY, THOMAS, () => givingRole('platform_viewer')),
    edit(22.9 * DAY, HEAD, 'keiko.watanabe@contoso.com', approving),
    edit(16.3 * DAY, HEAD, PIETER, () => settingStatus('disabled')),
    edit(15.2 * DAY, HEAD, PIETER, () => settingStatus('active')),
    edit(13.1 * DAY, DEPUTY, THOMAS, () => takingRole('platform_viewer')),
    edit(DAY, HEAD, 'greta.holm@fabrikam.com', (now) =>
      rejecting('Contractors use the partner gateway.', now),
    ),
    {
      ago: 0.9 * HOUR,
      async happen() {
        const { id } = await personBy(stores, 'aoife.byrne@contoso.com');
        await revokeSessions(stores, { id, by: actorFor(await personBy(stores, HEAD)) }, () => true);
      },
    },
  ];
}

function toTeams({ stores, teamIds }: HistoryOptions): readonly Moment[] {
  const { directory, teams } = stores;
  const member = (ago: number, change: typeof addMember): Moment => ({
    ago,
    async happen() {
      const team = await existingTeam(teams, teamIds.get('Finance') ?? '');
      const { id: userId } = await personBy(stores, SAMUEL);
      await change(directory, { team, userId, by: actorFor(await personBy(stores, HEAD)) });
    },
  });
  return [
    member(22.3 * DAY, addMember),
    member(9.3 * DAY, removeMember),
    {
      ago: 21.1 * DAY,
      async happen() {
        const by = actorFor(await personBy(stores, DEPUTY));
        const description = 'Answers alerts, and reviews who may do what';
        await editTeam(teams, { id: teamIds.get('Security') ?? '', by }, { description });
      },
    },
  ];
}

/** One of the tokens expires in a few days. */
function toTokens({ stores, clock }: HistoryOptions): readonly Moment[] {
  const { tokens } = stores;
  const asDeputy = async (): Promise<{ readonly createdBy: string; readonly by: Actor }> => {
    const user = await personBy(stores, DEPUTY);
    return { createdBy: user.id, by: actorFor(user) };
  };
  const issue = (ago: number, name: string, scopes: readonly Scope[], expiresInDays: number): Moment => ({
    ago,
    async happen() {
      await issueToken(tokens, { name, scopes, expiresInDays, ...(await asDeputy()) }, clock);
    },
  });
  const tokenNamed = async (name: string) => (await tokens.list()).find((one) => one.name === name);
  return [
    issue(28.3 * DAY, 'Old dashboard', ['users:read'], 90),
    issue(25.2 * DAY, 'Reporting', ['users:read', 'audit:read'], 90),
    issue(7.2 * DAY, 'Proxy', ['verify'], 10),
    {
      ago: 18.2 * DAY,
      async happen() {
        const token = await tokenNamed('Old dashboard');
        if (token !== undefined) await revokeToken(tokens, token.id, (await asDeputy()).by);
      },
    },
    {
      ago: 4.3 * DAY,
      async happen() {
        const token = await tokenNamed('Reporting');
        if (token !== undefined) await rotateToken(tokens, token, await asDeputy(), clock);
      },
    },
  ];
}
