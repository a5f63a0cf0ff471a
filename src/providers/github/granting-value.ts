import type { GrantingForm } from '../../config/common-settings.js';
import { quoted } from '../../identity/quoted.js';

/** The login of an organisation; one of enterprise managed users may also have an underscore. */
const ORGANISATION = /^[a-z\d](?:[a-z\d_-]{0,98}[a-z\d])?$/i;
const TEAM_SLUG = /^[a-z\d_](?:[a-z\d_.-]{0,253}[a-z\d_])?$/i;
/** Forms that people copy from the address bar or from a mention. */
const COPIED = /^(?:@|https?:)/i;

/** An organisation by its login, or one of its teams as `organisation/team-slug`. */
export const grantingForm: GrantingForm = {
  parse(text) {
    const item = text.trim();
    const [organisation = '', slug, ...more] = item.split('/');
    const isRight =
      ORGANISATION.test(organisation) && more.length === 0 && (slug === undefined || TEAM_SLUG.test(slug));
    return isRight ? { kind: 'group', value: item.toLowerCase() } : { problem: problemOf(item) };
  },
  inWords: 'organisations and teams (organisation/team-slug)',
  examples: ['acme-corp/gateway-admins', 'acme-corp'],
};

function problemOf(item: string): string {
  const hint = COPIED.test(item)
    ? 'write it without https:// and without @'
    : 'write the name that stands in the addresses of its pages: acme-corp for an organisation, acme-corp/platform for a team';
  return `holds ${quoted(item)}, which is neither an organisation nor a team: ${hint}`;
}
