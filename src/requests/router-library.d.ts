/** The router of Express 5, which Express also publishes on its own. It has no types of its own. */
declare module 'router' {
  import type { Router } from 'express';

  const router: (() => Router) & { readonly prototype: Router };
  export default router;
}
