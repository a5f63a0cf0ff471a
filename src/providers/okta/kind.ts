import { onlyProvider } from '../provider-kind.js';
import { createOktaProvider } from './okta.js';
import { oktaNames, oktaSettings, readOkta } from './settings.js';

export const okta = onlyProvider({
  names: oktaNames,
  settings: oktaSettings,
  read: readOkta,
  create: createOktaProvider,
});
