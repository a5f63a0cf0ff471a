import type { VendorMark } from '../../providers/vendor-mark.js';
import type { Fact, Link } from '../parts.js';

export interface SignInModel {
  readonly sentence: string;
  readonly providers: readonly ProviderButton[];
  /** The form that leads an email address to its provider; present if domains are assigned to providers. */
  readonly addressForm?: AddressForm | undefined;
  /** Present if local sign-in is on, or if it was just refused because it is off. */
  readonly local?: LocalForm | undefined;
  readonly next?: string | undefined;
  /** The address that asked to sign in was too long, so that everything after its path was dropped. */
  readonly isShortened?: boolean;
  readonly refusal?: RefusalPanel | undefined;
  /** The page was opened where the session cookie would be refused. */
  readonly wrongAddress?: { readonly canonicalUrl: string } | undefined;
}

export interface ProviderButton {
  readonly id: string;
  /** “Continue with …”. */
  readonly label: string;
  readonly href: string;
  /** The vendor’s mark; a key without it. */
  readonly mark?: VendorMark | undefined;
  readonly look?: 'ink' | undefined;
  /** The provider couldn't be reached. The button stays, because it may be reachable again. */
  readonly unavailable: boolean;
}

export interface AddressForm {
  readonly action: string;
  readonly address: string;
  readonly error?: string | undefined;
}

export interface LocalForm {
  readonly action: string;
  readonly email: string;
  readonly next: string;
  readonly open: boolean;
  /** There is no provider, so the form stands by itself. */
  readonly alone: boolean;
  readonly error?: { readonly title: string; readonly detail: string } | undefined;
  readonly fieldErrors?:
    | { readonly email?: string | undefined; readonly password?: string | undefined }
    | undefined;
}

export interface RefusalPanel {
  readonly title: string;
  readonly detail: string;
  readonly tone: 'info' | 'warning' | 'danger';
  readonly facts: readonly Fact[];
  readonly actions: readonly Link[];
  readonly reference?: string | undefined;
  /** The way that was refused doesn't work for now, so the local form is open. */
  readonly opensLocalForm?: boolean;
  /** The operator's remedy; only for a person who may know it. */
  readonly operatorHint?: string | undefined;
}
