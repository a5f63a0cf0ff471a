import type { Config } from '../config/config.js';
import type { ConfigError } from '../config/config-error.js';
import { type Finding, failed, ok, warning } from '../providers/inspection/finding.js';
import { sentence } from '../words.js';

/** The findings for a configuration that was accepted: that it is valid, and its warnings. */
export function checkConfiguration({ warnings }: Config): readonly Finding[] {
  if (warnings.length === 0) return [ok('configuration', 'The settings are right.')];
  return warnings.map((text) =>
    warning('configuration', sentence(text), {
      why: 'The server starts, but perhaps not as you mean it to.',
      remedy: 'Change the setting in the environment or in .env; docs/configuration.md says what each does.',
    }),
  );
}

export function configurationProblems({ problems }: ConfigError): readonly Finding[] {
  return problems.map(({ variable, problem, example }) =>
    failed('configuration', sentence(`${variable} ${problem}`), {
      why: 'The server doesn’t start.',
      remedy: `In the environment or in .env, for example: ${example}`,
    }),
  );
}
