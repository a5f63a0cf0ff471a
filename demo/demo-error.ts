/** The message of this error is for the person who started the demo. */
export class DemoError extends Error {}
