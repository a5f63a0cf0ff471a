import { clouds } from '../../config/clouds.js';

export const GLOBAL_GRAPH = clouds[0].graphs[0];

/** The Microsoft Graph of the cloud whose authority this is; undefined where it is none that we know. */
export function graphOf(authority: string): string | undefined {
  return clouds.find((cloud) => cloud.authority === authority)?.graphs[0];
}
