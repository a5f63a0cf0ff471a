import type { RequestLimiter } from '../guards/request-limit.js';
import type { CountSignIn } from '../operations/metrics.js';
import type { Pages } from '../pages/pages.js';
import type { Revalidation } from '../revalidation/revalidation.js';
import type { ReadSession } from '../session/reading.js';
import type { SessionWriter } from '../session/writing.js';
import type { Dependencies } from '../stores.js';
import type { LastProvider } from './last-provider.js';
import type { Refusals } from './refusals.js';
import type { Transactions } from './transaction.js';

/** The dependencies of the routes by which people sign in and out. */
export interface SignInDependencies extends Dependencies {
  /** False until the store has answered once and the local administrator exists. */
  isPrepared(): boolean;
  readonly countSignIn?: CountSignIn;
  readonly pages: Pages;
  readonly readSession: ReadSession;
  readonly sessionWriter: SessionWriter;
  readonly transactions: Transactions;
  readonly refusals: Refusals;
  readonly lastProvider: LastProvider;
  /** Undefined if no provider confirms sessions. */
  readonly revalidation: Revalidation | undefined;
  readonly limiter: RequestLimiter;
  /** Limits the provider's servers, which send the requests about all its people from a few addresses. */
  readonly backChannelLimiter: RequestLimiter;
}
