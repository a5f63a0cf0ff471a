import * as z from 'zod';
import type { Clock } from '../clock.js';
import { secretProblem } from '../identity/secret-problem.js';
import { varietyOf } from '../identity/variety.js';
import { messageOf } from './config-error.js';
import { decodeText } from './decode-text.js';
import { dressProblem, hasBlanksAround, tidy } from './dress.js';
import { splitLines, splitList } from './list.js';
import { Secret } from './secret.js';
import { type Files, followFiles } from './secret-file.js';
import type { SecretSetting } from './setting.js';

/** The reason that a secret is refused, as the end of a sentence about its variable. It never quotes the secret. */
export class Refusal extends Error {}

/** @throws Refusal */
export function secretFromText(setting: SecretSetting, text: string): Secret {
  return Secret.of(...checked(setting, splitText(setting, text)));
}

/**
 * A secret that follows its file, as `followFiles` does.
 * @param onBlanks is called if values in the file had blanks around them, which are left out
 * @throws Refusal, NoText, and the errors of reading, but only at the first time
 */
export function secretFromFile(
  setting: SecretSetting,
  path: string,
  files: Files,
  clock: Clock,
  onBlanks: () => void,
): Secret {
  const parse = (bytes: Buffer) => {
    const values = splitFile(setting, decodeText(bytes));
    if (values.some(hasBlanksAround)) onBlanks();
    return checked(setting, values, 'names a file whose value ');
  };
  return new Secret(followFiles([path], ([bytes]) => parse(bytes), files, clock));
}

/** Whether a comment may have become a part of a secret, if the secret may hold any text. */
export function looksCommented({ anyText }: SecretSetting, secret: Secret): boolean {
  return anyText === true && secret.values().some((value) => /\s#(?:\s|$)/.test(value));
}

function splitText({ secret }: SecretSetting, text: string): readonly string[] {
  if (secret === 'single') return [text];
  const list = splitList(text);
  if ('problem' in list) throw new Refusal(list.problem);
  return list.items;
}

function splitFile({ secret }: SecretSetting, content: string): readonly string[] {
  if (tidy(content) === '') throw new Refusal('names an empty file');
  if (secret === 'single') {
    if (/[\r\n]/.test(tidy(content)))
      throw new Refusal('names a file of several lines: it must hold the value alone');
    return [content];
  }
  const list = splitLines(content);
  if ('problem' in list) throw new Refusal(`names a file that ${list.problem}`);
  return list.items;
}

/** Every secret passes this check, whatever its purpose and source. */
function checked(setting: SecretSetting, values: readonly string[], prefix = ''): readonly string[] {
  const tidied = values.map(tidy);
  for (const value of tidied) {
    const problem = dressProblem(setting, setting.name, value) ?? impossible(setting, value);
    if (problem !== undefined) throw new Refusal(prefix + problem);
  }
  const result = z.array(setting.schema).min(1, 'holds no value').safeParse(tidied);
  if (!result.success) throw new Refusal(messageOf(result.error));
  if (tidied.some((value) => varietyOf(value) < (setting.leastVariety ?? 0)))
    throw new Refusal(`${prefix}has too little variety, so it could be guessed: make it at random`);
  return Object.freeze([...new Set(result.data)]);
}

function impossible(setting: SecretSetting, value: string): string | undefined {
  const advice = setting.exampleInWords === true ? setting.example : undefined;
  if (setting.secretsIn === undefined) return secretProblem(value, advice);
  const problems = setting.secretsIn(value).map((secret) => secretProblem(secret));
  const problem = problems.find((one) => one !== undefined);
  return problem === undefined ? undefined : `has a password that ${problem}`;
}
