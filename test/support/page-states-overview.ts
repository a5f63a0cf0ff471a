import { signInChart } from '#entrance/console/sign-in-chart.js';
import type { DashboardModel } from '#entrance/pages/models/dashboard.js';

/** The states of the dashboard. */

const START = Date.parse('2026-10-31T00:00:00Z');
const DAY_MS = 86_400_000;
const days = Array.from({ length: 30 }, (_, index) => ({
  day: new Date(START + index * DAY_MS).toISOString().slice(0, 10),
  counts: new Map([
    ['success', index % 7 < 2 ? index % 3 : 20 + ((index * 7) % 23)],
    ['credentials_invalid', index % 5],
    ['tenant_not_allowed', index % 11 === 0 ? 12 : 0],
  ]),
}));

const time = (iso: string, words: string) => ({ iso, words });

export const dashboard: DashboardModel = {
  figures: [
    { label: 'Signed in now', value: '14', detail: 'sessions', href: '/admin/sessions' },
    { label: 'Sign-ins today (UTC)', value: '37' },
    { label: 'Refused today (UTC)', value: '4', href: '/admin/audit?outcome=failure' },
    { label: 'Users', value: '1,000,000', href: '/admin/users' },
  ],
  attention: [
    {
      tone: 'danger',
      text: 'The secret for Microsoft expires in 5 days.',
      link: { href: '/admin/setup', label: 'Setup' },
    },
    {
      tone: 'warning',
      text: '3 people wait for approval.',
      link: { href: '/admin/approvals', label: 'Approvals' },
    },
    {
      tone: 'warning',
      text: 'Redis keeps nothing on disk: a restart of Redis loses all users, teams and API tokens.',
    },
  ],
  signIns: signInChart(days),
  signedIn: {
    people: [
      {
        name: 'Ada Lovelace',
        href: '/admin/users/1',
        place: 'Firefox on Windows, 203.0.113.7',
        lastSeen: time('2026-11-29T12:00:00Z', 'just now'),
      },
      {
        name: 'Wilhelmina Featherstonehaugh-Cholmondeley',
        href: '/admin/users/2',
        place: 'Microsoft Edge on Windows, 2001:db8:85a3:8d3:1319:8a2e:370:7348',
        lastSeen: time('2026-11-29T11:52:00Z', '8 minutes ago'),
      },
    ],
    more: 'And 12 more sessions',
  },
  events: [
    {
      sentence: 'Ada Lovelace signed in with Microsoft',
      time: time('2026-11-29T12:00:00Z', 'just now'),
    },
    {
      sentence: 'A sign-in with Microsoft was refused: That directory can’t sign in here',
      time: time('2026-11-29T11:59:00Z', '1 minute ago'),
      result: { tone: 'warning', label: 'Refused' },
    },
    {
      sentence: 'Grace Hopper gave the API token “deploys of the platform team” a new secret',
      time: time('2026-11-29T11:40:00Z', '20 minutes ago'),
    },
  ],
  auditHref: '/admin/audit',
};

export const dashboardStates: Record<string, DashboardModel> = {
  dashboard,
  'dashboard-new': {
    ...dashboard,
    attention: [],
    signIns: signInChart(days.map(({ day }) => ({ day, counts: new Map() }))),
    signedIn: { people: dashboard.signedIn.people.slice(0, 1) },
    events: [],
  },
};
