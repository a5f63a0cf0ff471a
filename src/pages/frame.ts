import type { Link } from './parts.js';

/** The frame of every page. Each URL here and in the models is ready to print: the path of `BASE_URL` is part of it. */
export interface PageFrame {
  readonly title: string;
  readonly brand: { readonly name: string; readonly logoUrl?: string | undefined };
  readonly theme: Theme;
  /** The address to which the choice of theme is posted: `theme`, and `return_to` with `currentUrl`. */
  readonly themeAction: string;
  readonly currentUrl: string;
  /** The icon of the tab, as a `data:` address: a file of its own would be one more request. */
  readonly icon: string;
  /** The address of a file in `public/`. */
  asset(name: string): string;
  /** The person who is signed in; without a person the page is a centred card. */
  readonly person?: FramedPerson | undefined;
  /** Empty for a person who may not open the console. */
  readonly navigation: readonly NavigationEntry[];
  readonly notice?: PageNotice | undefined;
  /** The request's ID, for pages that ask people to quote it. */
  readonly reference?: string | undefined;
}

export type Theme = 'system' | 'light' | 'dark';

export interface FramedPerson {
  readonly name: string;
  /** Undefined while it isn't confirmed. */
  readonly email?: string | undefined;
  /** The person's own page. */
  readonly href?: string | undefined;
  readonly signOutAction: string;
}

export interface NavigationEntry extends Link {
  /** The number of people who wait there: "3 waiting". */
  readonly waiting?: number | undefined;
  readonly current: boolean;
}

export interface PageNotice {
  readonly tone: 'success' | 'warning' | 'danger' | 'info';
  readonly text: string;
  readonly action?: Link | undefined;
}
