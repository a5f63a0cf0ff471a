import type { GrantingForm } from '../../config/common-settings.js';
import { parseEmail } from '../../identity/email.js';
import { quoted } from '../../identity/quoted.js';

/** A group is known by its address: its name is for whoever manages it to change, and needn’t be its alone. */
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
