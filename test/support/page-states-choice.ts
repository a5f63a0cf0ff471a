import type { PersonChoice } from '#entrance/pages/parts.js';

/** People of one name, to choose from. */

const active = { tone: 'success', label: 'Active' } as const;

export const choice: PersonChoice = {
  method: 'post',
  action: '/admin/teams/p/members',
  fields: [],
  typed: 'maria',
  confirmLabel: 'Add',
  hasMore: true,
  people: [
    {
      id: '1',
      name: 'Maria García',
      email: 'maria.garcia@acmecorp.com',
      provider: 'Microsoft',
      status: active,
    },
    {
      id: '2',
      name: 'Maria García',
      email: 'maria.garcia@partners.acmecorp.com (not confirmed)',
      provider: 'Microsoft, The identity provider of another organisation',
      status: { tone: 'danger', label: 'Disabled' },
    },
    {
      id: '3',
      name: 'Maria Wolfeschlegelsteinhausenbergerdorff',
      email: 'wolfeschlegelsteinhausenbergerdorff.maria@orbital-mechanics.acmecorp.com',
      provider: 'Local',
      status: { tone: 'warning', label: 'Waiting' },
    },
  ],
};
