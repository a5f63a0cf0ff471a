import type { GrantingForm } from '../../config/common-settings.js';
import { parseEmail } from '../../identity/email.js';
import { quoted } from '../../identity/quoted.js';

/** A group is identified by its address. Its name isn't unique, and its managers may change it. */
export const groupAddress: GrantingForm = {
  parse(text) {
    const address = parseEmail(text);
    return address === undefined
      ? {
          problem: `holds ${quoted(text.trim())}, which isn’t the address of a group, such as engineering@acmecorp.com`,
        }
      : { kind: 'group', value: address.toLowerCase() };
  },
  inWords: 'addresses of groups',
  examples: ['gateway-admins@acmecorp.com', 'engineering@acmecorp.com'],
};
