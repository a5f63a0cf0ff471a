import { expect, test } from '@jest/globals';
import type { AuditModel } from '#entrance/pages/models/audit.js';
import { type PageState, pageStates } from './support/page-states.js';
import { renderPage } from './support/render-page.js';

const NAME = 'שרה לוי';

/** Texts that our own code chooses never run in another direction. */
const OURS = ['tone', 'iso', 'sorted', 'id', 'title', 'fieldErrors'];
const OWN_PAGES = ['continue'];

test.each(
  pageStates.filter(({ view }) => !OWN_PAGES.includes(view)).map((state) => [state.name, state] as const),
)('on the page %s a name from right to left doesn’t turn its surroundings around', async (_name, state) => {
  const html = await renderPage(renamed(state));
  const isolated = withoutIsolated(html);
  expect(html).toContain(NAME);
  expect(isolated.match(new RegExp(`.*${NAME}.*`, 'g')) ?? []).toEqual([]);
});

test('a sentence about two of them isolates each', async () => {
  const state = pageStates.find(({ view }) => view === 'audit') as PageState; // one is there
  const [day] = (state.model as AuditModel).days; // the model of this view
  const event = { ...day?.events[0], sentence: [{ text: `${NAME} added “דוד” to the team “צוות 1”` }] };
  const html = await renderPage({ ...state, model: { ...state.model, days: [{ ...day, events: [event] }] } });
  expect(html).toContain(`<bdi>${NAME}</bdi> added “<bdi>דוד</bdi>” to the team “<bdi>צוות</bdi> 1”`);
});

/** The page without its title, attributes, options, and the contents of `bdi`. */
function withoutIsolated(html: string): string {
  return html
    .replaceAll(/<bdi>[^<]*<\/bdi>/g, '')
    .replaceAll(/<(option|textarea)[^>]* dir="auto"[^>]*>[^<]*/g, '')
    .replaceAll(/<title>[^<]*<\/title>/g, '')
    .replaceAll(/="[^"]*"/g, '');
}

/** The same state with the name in each text that somebody else may have given. */
function renamed(state: PageState): PageState {
  return {
    ...state,
    frame: { ...(replaced(state.frame) as PageState['frame']), navigation: state.frame.navigation },
    model: replaced(state.model) as object,
  };
}

const TEXTS = [
  ...[
    'name',
    'email',
    'heading',
    'description',
    'detail',
    'text',
    'sentence',
    'value',
    'address',
    'device',
    'problem',
  ],
  ...[
    'consequence',
    'roles',
    'teams',
    'decision',
    'bySso',
    'origin',
    'fullName',
    'warning',
    'explanation',
    'known',
  ],
];

function replaced(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return TEXTS.includes(key) ? NAME : value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      OURS.includes(name) ? member : replaced(member, name === 'label' && 'strong' in value ? 'name' : name),
    ]),
  );
}
