import { fileURLToPath } from 'node:url';
import ejs from 'ejs';
import { iconAddress } from '#entrance/pages/assets.js';
import type { PageFrame, Theme } from '#entrance/pages/frame.js';
import type { PageState } from './page-states.js';

const VIEWS_FOLDER = fileURLToPath(new URL('../../views/', import.meta.url));

/** A state as the HTML that a browser gets. */
export async function renderPage(state: PageState, theme: Theme = 'system'): Promise<string> {
  const page: PageFrame = {
    ...state.frame,
    theme,
    icon: iconAddress(),
    asset: (name) => `/admin/assets/${name}`,
  };
  const body = await renderView(state.view, { page, ...state.model });
  return renderView('layout', { page, body });
}

function renderView(view: string, data: object): Promise<string> {
  return ejs.renderFile(`${VIEWS_FOLDER}${view}.ejs`, data, {
    root: VIEWS_FOLDER,
    views: [VIEWS_FOLDER],
    cache: true,
  });
}
