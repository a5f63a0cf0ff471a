import type { Link } from '../parts.js';

/** A question on a page of its own. */
export interface ConfirmModel {
  readonly heading: string;
  /** Each text is a paragraph. */
  readonly consequence: readonly string[];
  /** The address to which the answer is posted, with `fields`. */
  readonly action: string;
  readonly confirmLabel: string;
  readonly danger: boolean;
  readonly cancelHref: string;
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** Another way to go on, beside the answer. */
  readonly other?: Link | undefined;
  /** A field for the name of what is deleted, with what is wrong with the one that was sent. */
  readonly typed?:
    | { readonly name: string; readonly label: string; readonly value?: string; readonly problem?: string }
    | undefined;
  /** A text field of the answer. */
  readonly text?: { readonly name: string; readonly label: string; readonly most: number } | undefined;
}

export interface ContinueModel {
  readonly heading: string;
  readonly href: string;
  readonly label: string;
}

export interface NoAccessModel {
  readonly heading: string;
  readonly detail: string;
  readonly email: string;
  readonly signOutAction: string;
  readonly switchHref?: string | undefined;
  readonly reference?: string | undefined;
}

export interface SignedOutModel {
  readonly signInHref: string;
  readonly providerSignOut?: Link | undefined;
}

export interface ErrorModel {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly reference?: string | undefined;
  readonly actions: readonly Link[];
}
