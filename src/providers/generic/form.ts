import type { GrantingForm } from '../../config/common-settings.js';
import { hiddenCharacter } from '../../identity/text.js';

const LONGEST_GROUP = 1_024;

/** Groups as the provider writes them: IDs, names, paths or distinguished names. */
export const groupForm: GrantingForm = {
  parse(text) {
    const value = text.trim();
    if (value === '') return { problem: 'holds an empty group' };
    if (value.length > LONGEST_GROUP)
      return { problem: `holds a group of more than ${LONGEST_GROUP} characters` };
    const hidden = hiddenCharacter(value);
    return hidden === undefined ? { kind: 'group', value } : { problem: `holds a group with ${hidden}` };
  },
  inWords: 'groups',
  examples: ['console-admins', 'engineers'],
};
