import type { Provider } from '../provider.js';

/** The operator’s remedies for our own refusals. */
export const mends: Provider['mends'] = {
  email_missing:
    'GitHub tells no address of the person that takes mail: the scope user:email wasn’t granted, or SSO_GITHUB_SCOPE lacks it, or a GitHub App has no account permission “Email addresses: Read-only”. An address at users.noreply.github.com doesn’t count.',
  email_unverified:
    'The person’s primary address at GitHub isn’t verified: GitHub → Settings → Emails, as that person. Another address counts if they make it the primary one.',
  domain_not_trusted:
    'The primary address of the person’s GitHub account counts. If their work address is another one of it, they make it the primary one: GitHub → Settings → Emails.',
};
