import { quoted } from '../identity/quoted.js';
import { hiddenCharacter } from '../identity/text.js';
import type { GrantingForm } from './mapping.js';

/** Providers limit group names to far less than this; the longest names are distinguished names of a directory. */
const LONGEST_NAME = 1_024;

/** The form for a provider that asserts groups by name: the whole name is compared, without regard to case. */
export function groupNames(examples: GrantingForm['examples']): GrantingForm {
  return { parse: parseGroupName, inWords: 'group names', examples };
}

function parseGroupName(text: string): ReturnType<GrantingForm['parse']> {
  const name = text.trim();
  const hidden = hiddenCharacter(name);
  if (name === '') return { problem: 'holds an empty group name' };
  if (hidden !== undefined) return { problem: `holds ${quoted(name)}, with ${hidden}: type it anew` };
  if (name === '*')
    return { problem: 'holds “*”, which is no group’s name: there are no wildcards, name each group' };
  return name.length > LONGEST_NAME
    ? { problem: `holds ${quoted(name)}, which has more than ${LONGEST_NAME} characters` }
    : { kind: 'group', value: name };
}
