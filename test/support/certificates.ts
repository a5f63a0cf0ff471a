import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly key: string;
}

/** A self-signed certificate of ninety days, made by OpenSSL. */
export function makeCertificate(algorithm = 'rsa:2048', ...options: readonly string[]): TestCertificate {
  const folder = mkdtempSync(join(tmpdir(), 'entrance-certificate-'));
  const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')];
  try {
    openssl(
      ['req', '-x509', '-newkey', algorithm, '-subj', '/CN=Entrance tests', '-days', '90', '-sha256'],
      ['-keyout', key, '-out', certificate, ...(options.length === 0 ? ['-nodes'] : options)],
    );
    return { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `openssl x509 -fingerprint` says, in lower-case hexadecimal digits. */
export function opensslFingerprint(certificate: string, digest: 'sha1' | 'sha256'): string {
  const folder = mkdtempSync(join(tmpdir(), 'entrance-certificate-'));
  try {
    writeFileSync(join(folder, 'certificate'), certificate);
    const line = openssl([
      'x509',
      '-in',
      join(folder, 'certificate'),
      '-noout',
      '-fingerprint',
      `-${digest}`,
    ]);
    return line
      .slice(line.indexOf('=') + 1)
      .trim()
      .replaceAll(':', '')
      .toLowerCase();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openssl(...argumentLists: readonly (readonly string[])[]): string {
  return execFileSync('openssl', argumentLists.flat(), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}
