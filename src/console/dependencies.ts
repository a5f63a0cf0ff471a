import type { NameOfProvider } from '../config/provider-name.js';
import type { Dependencies } from '../stores.js';
import type { ConsolePages } from './console-pages.js';

export interface ConsoleDependencies extends Dependencies {
  readonly nameOfProvider: NameOfProvider;
  readonly pages: ConsolePages;
}
