import { readFileSync } from 'node:fs';
import type { GitHubPersona } from './github-personas.js';
import { escapeHtml } from './pages.js';

/** The style that the headers of all pages allow. */
const style = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
const notice = 'Simulated GitHub sign-in — for the demo, no real account is used';

export function githubPicker(action: string, personas: readonly GitHubPersona[]): string {
  const people = personas.map(
    ({ id, login, name, story }) => `
        <li>
          <button type="submit" class="person" name="persona" value="${escapeHtml(id)}">
            <span class="initials" aria-hidden="true">${escapeHtml((name ?? login).charAt(0))}</span>
            <span class="who">
              <span class="name">${escapeHtml(name ?? login)}</span>
              <span class="username">${escapeHtml(login)}</span>
              <span class="story">${escapeHtml(story)}</span>
            </span>
          </button>
        </li>`,
  );
  return githubPage(
    'Who signs in?',
    `<p class="lead">Pick a person to authorise <strong>Entrance demo</strong>.</p>
    <form method="post" action="${escapeHtml(action)}">
      <ul class="people">${people.join('')}
      </ul>
      <button type="submit" class="cancel" name="cancel" value="yes">Cancel</button>
    </form>`,
  );
}

export function githubPage(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)} · Simulated GitHub sign-in</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>
  </head>
  <body>
    <header class="notice"><p>${notice}</p></header>
    <main>
    <h1>${escapeHtml(title)}</h1>
    ${content}
    </main>
  </body>
</html>
`;
}
