/** The minutes within which a sign-in has to be completed. Texts name them too. */
export const SIGN_IN_MINUTES = 10;
