import type { Request, Response } from 'express';
import * as z from 'zod';
import { isTypedName } from '../identity/typed-name.js';
import type { PageOptions } from '../pages/pages.js';
import type { ConsolePages, Question } from './console-pages.js';
import { parseForm } from './form.js';

const answer = z.object({ typed: z.string().max(1_024).catch('') });

/** A question before something is deleted for good: the answer is the name of what goes. */
export interface DeletionQuestion {
  readonly section: PageOptions['section'];
  readonly question: Omit<Question, 'typed'>;
  /** “Type “Core” to delete it”. */
  readonly label: string;
  /** Any of these names is an answer. */
  readonly names: readonly string[];
}

export function askForName(
  pages: ConsolePages,
  request: Request,
  response: Response,
  { section, question, label }: DeletionQuestion,
): void {
  pages.ask(request, response, section, { ...question, typed: { name: 'typed', label } });
}

/** Whether the sent form has the name. If not, the question is answered again, with what is wrong. */
export function hasTypedName(
  pages: ConsolePages,
  request: Request,
  response: Response,
  { section, question, label, names }: DeletionQuestion,
): boolean {
  const { typed } = parseForm(request, answer);
  if (isTypedName(typed, names)) return true;
  const problem =
    typed.trim() === ''
      ? 'Type the name first. Nothing was deleted.'
      : 'That isn’t the name. Nothing was deleted.';
  const field = { name: 'typed', label, value: typed, problem };
  pages.ask(request, response, section, { ...question, status: 400, typed: field });
  return false;
}
