import type { GitHubPersona } from './github-personas.js';
import { escapeHtml, pageOf } from './pages.js';

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
  return pageOf('GitHub', title, content);
}
