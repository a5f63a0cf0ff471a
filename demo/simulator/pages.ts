import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Persona } from '../personas.js';

export const notice = 'Simulated Microsoft sign-in — for the demo, no real account is used';

const style = readFileSync(new URL('./page.css', import.meta.url), 'utf8');
const styleHash = createHash('sha256').update(style).digest('base64');

/** Sent with every page. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

export interface Picker {
  readonly action: string;
  readonly applicationName: string;
  readonly personas: readonly Persona[];
  readonly loginHint: string | undefined;
}

export function pickerPage({ action, applicationName, personas, loginHint }: Picker): string {
  const hint = loginHint?.toLowerCase();
  const hinted = personas.find(({ username, email }) =>
    [username, email].some((name) => name?.toLowerCase() === hint),
  );
  return page(
    'Who signs in?',
    `<p class="lead">Pick a person to continue to <strong>${escapeHtml(applicationName)}</strong>. There is one for each thing that can happen.</p>
    <form method="post" action="${escapeHtml(action)}">
      <ul class="people">${personas.map((persona) => personItem(persona, persona === hinted)).join('')}
      </ul>
      <button type="submit" class="cancel" name="cancel" value="yes">Cancel signing in</button>
    </form>`,
  );
}

function personItem(persona: Persona, hinted: boolean): string {
  return `
        <li>
          <button type="submit" class="person" name="persona" value="${escapeHtml(persona.id)}"${hinted ? ' autofocus' : ''}>
            <span class="initials" aria-hidden="true">${escapeHtml(initials(persona.name))}</span>
            <span class="who">
              <span class="name">${escapeHtml(persona.name)}</span>${hinted ? ' <span class="hint">You were asked for</span>' : ''}
              <span class="username">${escapeHtml(persona.username)}</span>
              <span class="story">${escapeHtml(persona.story)}</span>
            </span>
          </button>
        </li>`;
}

export interface Message {
  readonly title: string;
  readonly text: string;
  /** What Microsoft would have written. */
  readonly detail?: string;
}

export function messagePage({ title, text, detail }: Message): string {
  const quoted = detail === undefined ? '' : `<p class="detail">${escapeHtml(detail)}</p>`;
  return page(title, `<p class="lead">${escapeHtml(text)}</p>${quoted}`);
}

function page(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(title)} · Simulated Microsoft sign-in</title>
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

function initials(name: string): string {
  const words = name.split(' ');
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.charAt(0) ?? '')
    .join('');
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
