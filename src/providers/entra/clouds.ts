export const GLOBAL_GRAPH = 'https://graph.microsoft.com';

/** Microsoft’s clouds: where people sign in, and the Graph that goes with it. */
const graphs: Readonly<Record<string, string>> = {
  'https://login.microsoftonline.com': GLOBAL_GRAPH,
  'https://login.microsoftonline.us': 'https://graph.microsoft.us',
  'https://login.partner.microsoftonline.cn': 'https://microsoftgraph.chinacloudapi.cn',
};

/** The Microsoft Graph of the cloud whose authority this is; undefined where it is none that we know. */
export function graphOf(authority: string): string | undefined {
  return graphs[authority];
}
