import type { Surroundings } from '../../config/provider-settings.js';
import type { SettingsReader } from '../../config/settings-reader.js';
import { onlyProvider } from '../provider-kind.js';
import { createGitHubProvider } from './github.js';
import { apiUrlOf, GITHUB, type GitHubConfig, githubNames, githubSettings, readGitHub } from './settings.js';

/** GitHub: github.com, Enterprise Cloud with data residency, and Enterprise Server. */
export const github = onlyProvider<GitHubConfig>({
  names: githubNames,
  settings: githubSettings,
  read: readGitHub,
  check,
  create: createGitHubProvider,
});

function check(
  settings: SettingsReader,
  { apiUrl, defaultRole, settings: names, trustedDomains, url }: GitHubConfig,
  { sso }: Surroundings,
): void {
  const expected = apiUrlOf(url);
  if (new URL(apiUrl).origin !== new URL(expected).origin)
    settings.warn(
      `SSO_GITHUB_API_URL names ${new URL(apiUrl).host}, and the API of ${new URL(url).host} is ${expected}: access tokens are sent there, and whoever it names is signed in`,
    );
  const isOpen = trustedDomains.length === 0 && sso.autoCreateUsers && !sso.requireApproval;
  if (url === GITHUB && isOpen && defaultRole !== undefined)
    settings.warn(
      `${names.defaultRole} gives ${defaultRole} to everybody who has an account at GitHub: anybody can make one. Name those who may sign in by ${githubSettings.trustedDomains.name}, or give the role to an organisation by ${names.roleMappings}`,
    );
}
