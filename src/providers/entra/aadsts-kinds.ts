import * as texts from '../failure-text.js';

type FailureText = texts.FailureText;

export const { refused } = texts;

/** An error that keeps everybody out until the operator changes something. */
export const misconfigured = (
  tell: string,
  operator: string,
  title = 'Signing in with Microsoft isn’t set up correctly',
): FailureText =>
  texts.misconfigured({
    title,
    visitor: `This is not something you did. Tell whoever runs this console that ${tell}.`,
    operator,
  });

export const startAgain = (title: string, operator: string): FailureText =>
  refused({
    title,
    visitor: 'Start again; it usually takes seconds.',
    operator,
    severity: 'info',
  });

export const anotherDirectory = (operator: string): FailureText =>
  refused({
    code: 'tenant_not_allowed',
    title: 'That account belongs to another directory',
    visitor: 'Switch to an account of the organisation that runs this console.',
    operator,
  });

export const secondFactor = (operator: string): FailureText =>
  refused({
    title: 'Microsoft needs a second proof that it’s you',
    visitor:
      'Your organisation asks for multi-factor authentication. Start again and follow Microsoft’s steps, or ask your IT support if it offers none.',
    operator,
    severity: 'info',
  });

export const consentMissing = (operator: string): FailureText =>
  refused({
    title: 'This application hasn’t been approved yet',
    visitor:
      'Your organisation hasn’t consented to this console reading your profile. Ask an administrator to grant consent.',
    operator,
  });

/** Conditional Access, security defaults or tenant restrictions: another attempt ends in the same way. */
export const policy = (operator: string): FailureText =>
  refused({
    title: 'Your organisation doesn’t allow this here',
    visitor:
      'A rule of your organisation, such as for device, place or risk, didn’t let you in. Ask your IT support, and quote the code below.',
    operator,
  });

export const device = (operator: string): FailureText =>
  refused({
    title: 'This device can’t be used to sign in',
    visitor:
      'Your organisation admits only devices that it manages. Use one of those, or ask your IT support to enrol this one.',
    operator,
  });

export const unavailable = (operator: string): FailureText =>
  texts.unavailable({
    title: 'Microsoft has a problem right now',
    visitor: 'Microsoft’s sign-in service reports a fault of its own. Try again in a minute.',
    operator,
  });
