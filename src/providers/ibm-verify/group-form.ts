import type { GrantingForm } from '../../config/common-settings.js';
import { groupNames } from '../../config/group-name.js';
import { quoted } from '../../identity/quoted.js';

const names = groupNames(['Gateway administrators', 'CN=Developers,OU=Groups,DC=acmecorp,DC=com']);

/** A part of a distinguished name, which is never a group by itself: it results if a list is split at its commas. */
const PART_OF_NAME = /^(?:ou|dc|o|c|l|st)=[^,]*$/i;

/** Names of groups, which may be distinguished names of a directory, and roles as `scope:role`. */
export const groupForm: GrantingForm = {
  ...names,
  inWords: 'group names and roles',
  parse: (text) =>
    PART_OF_NAME.test(text.trim())
      ? {
          problem: `holds ${quoted(text.trim())}, a part of a distinguished name: write names that hold commas as a JSON array, ["CN=Developers,OU=Groups"]`,
        }
      : names.parse(text),
};
