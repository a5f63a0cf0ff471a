import type { VendorMark } from '../vendor-mark.js';

/** Microsoft’s mark, by its branding guidelines for “Sign in with Microsoft”. */
export const MICROSOFT_MARK: VendorMark = {
  viewBox: '0 0 21 21',
  paths: [
    { d: 'M1 1h9v9H1z', fill: '#f25022' },
    { d: 'M11 1h9v9h-9z', fill: '#7fba00' },
    { d: 'M1 11h9v9H1z', fill: '#00a4ef' },
    { d: 'M11 11h9v9h-9z', fill: '#ffb900' },
  ],
};
