/** The notices of oidc-provider are for people who run it in earnest. Here they would bury what the demo prints. */
export async function withoutNotices<T>(create: () => Promise<T>): Promise<T> {
  const { info, warn } = console;
  const unlessNotice =
    (print: typeof warn) =>
    (text: unknown, ...more: unknown[]) => {
      if (!String(text).includes('oidc-provider ')) print(text, ...more);
    };
  console.info = unlessNotice(info);
  console.warn = unlessNotice(warn);
  try {
    return await create();
  } finally {
    Object.assign(console, { info, warn });
  }
}
