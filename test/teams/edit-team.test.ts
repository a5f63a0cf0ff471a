import { expect, test } from '@jest/globals';
import { createMemoryAudit } from '#entrance/audit/memory.js';
import { createTeam, editTeam } from '#entrance/teams/edit-team.js';
import { createMemoryTeams } from '#entrance/teams/memory.js';
import type { Teams } from '#entrance/teams/teams.js';
import { auditOptions } from '../support/audit.js';

/** Console and API change a team by these same functions. */

const clock = { now: () => Date.parse('2026-03-01T12:00:00.000Z') };
const BY = { user: { id: 'ada' } };
const NEW = { name: 'Platform', description: 'Runs it', origin: 'manual' } as const;

async function withTeam() {
  const audit = createMemoryAudit(auditOptions());
  const teams = createMemoryTeams(audit);
  const team = await createTeam({ teams, clock }, NEW, BY);
  const actions = async () =>
    (await audit.list({ limit: 10 })).events.map(({ event }) => event.action).reverse();
  return { teams, team, actions, editing: { id: team.id, by: BY } };
}

/** Teams that somebody else changes each time after they were read, so often. */
function changedMeanwhile(teams: Teams, times: number): Teams {
  let left = times;
  return {
    ...teams,
    async find(id) {
      const found = await teams.find(id);
      if (found !== undefined && left > 0) {
        left -= 1;
        await teams.update(found, { description: `by somebody else, ${left} to go` }, []);
      }
      return found;
    },
  };
}

test('an edit that changes nothing is not recorded', async () => {
  const { teams, team, actions, editing } = await withTeam();
  expect(await editTeam(teams, editing, { name: 'Platform', description: 'Runs it' })).toEqual(team);
  expect(await editTeam(teams, editing, {})).toEqual(team);
  expect(await actions()).toEqual(['team-create']);
});

test('an edit keeps what it doesn’t name, and is recorded once', async () => {
  const { teams, actions, editing } = await withTeam();
  expect(await editTeam(teams, editing, { name: 'Core' })).toMatchObject({
    name: 'Core',
    description: 'Runs it',
    version: 2,
  });
  expect(await editTeam(teams, editing, { description: null })).toMatchObject({
    name: 'Core',
    description: null,
  });
  expect(await actions()).toEqual(['team-create', 'team-update', 'team-update']);
});

test('an edit is decided anew if somebody else was faster', async () => {
  const { teams, actions, editing } = await withTeam();
  const edited = await editTeam(changedMeanwhile(teams, 1), editing, { name: 'Core' });
  expect(edited).toMatchObject({ name: 'Core', description: 'by somebody else, 0 to go', version: 3 });
  expect(await actions()).toEqual(['team-create', 'team-update']);
});

test('an edit gives up if others keep changing the team', async () => {
  const { teams, editing } = await withTeam();
  const busy = changedMeanwhile(teams, Number.POSITIVE_INFINITY);
  await expect(editTeam(busy, editing, { name: 'Core' })).rejects.toMatchObject({ code: 'stale' });
});

test('an edit is checked against the team as it is now', async () => {
  const { teams, actions, editing } = await withTeam();
  const refusing = () => {
    throw new Error('another version');
  };
  await expect(editTeam(teams, { ...editing, check: refusing }, { name: 'Core' })).rejects.toThrow(
    'another version',
  );
  expect(await actions()).toEqual(['team-create']);
});

test('a name that another team has is refused, and so is a team that there isn’t', async () => {
  const { teams, editing } = await withTeam();
  await createTeam({ teams, clock }, { ...NEW, name: 'Security' }, BY);
  await expect(createTeam({ teams, clock }, NEW, BY)).rejects.toMatchObject({ code: 'team_name_taken' });
  await expect(editTeam(teams, editing, { name: 'SECURITY' })).rejects.toMatchObject({
    code: 'team_name_taken',
  });
  await expect(editTeam(teams, { ...editing, id: 'none' }, {})).rejects.toMatchObject({ code: 'not_found' });
});
