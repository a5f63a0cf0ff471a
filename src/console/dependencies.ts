import type { Audit } from '../audit/audit.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config/config.js';
import type { NameOfProvider } from '../config/provider-name.js';
import type { Directory } from '../directory/directory.js';
import type { Provider } from '../providers/provider.js';
import type { RefreshGrants } from '../revalidation/refresh-grants.js';
import type { SessionStore } from '../session/session-store.js';
import type { Teams } from '../teams/teams.js';
import type { Tokens } from '../tokens/tokens.js';
import type { ConsolePages } from './console-pages.js';

/** What the pages of the console work with. */
export interface ConsoleDependencies {
  readonly config: Config;
  readonly directory: Directory;
  readonly teams: Teams;
  readonly sessions: SessionStore;
  readonly refreshGrants: RefreshGrants;
  readonly tokens: Tokens;
  readonly audit: Audit;
  readonly providers: readonly Provider[];
  readonly nameOfProvider: NameOfProvider;
  readonly pages: ConsolePages;
  readonly clock: Clock;
}
