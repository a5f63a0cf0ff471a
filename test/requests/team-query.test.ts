import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { teamPage } from '#entrance/requests/team-query.js';
import { sortedByName, type Team } from '#entrance/teams/teams.js';

const NAMES = ['Zürich', 'Équipe Réseau', 'Łódź', 'Equipe', 'Ops', 'Equipes', 'Équipe'];
const IN_ORDER = ['Equipe', 'Équipe', 'Équipe Réseau', 'Equipes', 'Łódź', 'Ops', 'Zürich'];

const teamNamed = (name: string): Team => ({
  id: randomUUID(),
  name,
  description: null,
  origin: 'manual',
  createdAt: '2026-01-01T00:00:00.000Z',
  version: 1,
});
const teams = sortedByName(NAMES.map(teamNamed));
const namesOf = (found: readonly Team[]) => found.map(({ name }) => name);

test('teams are in order without regard to accents', () => {
  expect(namesOf(teams)).toEqual(IN_ORDER);
});

test('every team is on one page, however few stand on each', () => {
  const met: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = teamPage(teams, { limit: '2', cursor });
    met.push(...namesOf(page.teams));
    cursor = page.nextCursor;
  }
  expect(met).toEqual(IN_ORDER);
});

test('the longest names have cursors that are taken back', () => {
  const long = ['a', 'b', 'c'].map((end) => teamNamed(`${'ガ'.repeat(99)}${end}`));
  const { nextCursor } = teamPage(long, { limit: '1' });
  expect(namesOf(teamPage(long, { limit: '1', cursor: nextCursor }).teams)).toEqual([long[1]?.name]);
});

test.each([
  ['equipe', ['Equipe', 'Équipe', 'Équipe Réseau', 'Equipes']],
  ['ÉQUIPE R', ['Équipe Réseau']],
  ['lodz', ['Łódź']],
  ['zur', ['Zürich']],
  ['reseau', []],
])('teams are found by %s', (q, expected) => {
  expect(namesOf(teamPage(teams, { q }).teams)).toEqual(expected);
});
