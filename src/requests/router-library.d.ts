/** The router of Express 5, which Express also publishes on its own. It has no types of its own. */
declare module 'router' {
  import type { Router } from 'express';

  export default function router(): Router;
}
